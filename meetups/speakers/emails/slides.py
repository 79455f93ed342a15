"""The mail that asks speakers for slides."""

from datetime import datetime

from django.utils.translation import gettext as _

from meetups.core.links import link
from meetups.notifications.email_registry import Content, declare
from meetups.notifications.models import Notification
from meetups.speakers.emails.talks import TalkKind
from meetups.speakers.models import Talk
from meetups.speakers.slide_states import states_of


@declare
class SlidesAsked(TalkKind):
    """Asks the speaker for slides, or for the answer whether they may be published. It holds as long as either is missing."""

    name = "slides_asked"
    state = Talk.State.CONFIRMED
    rank = 40

    def still_holds(self, about: Talk, notification: Notification, at: datetime) -> bool:
        return super().still_holds(about, notification, at) and states_of([about])[0].is_missing

    def compose(self, about: Talk, notification: Notification, at: datetime) -> Content:
        if about.has_slides:
            title = _("Can we publish your slides? %(talk)s") % self.names(about)
            lead = _(
                "We have your slides for “%(event)s”, but you haven’t said yet if we may publish them after the event."
            )
            button = _("Say yes or no")
        else:
            title = _("Please share your slides: %(talk)s") % self.names(about)
            lead = (
                _(
                    "Thank you for your talk at “%(event)s”. People who heard it, and people who couldn’t, ask for "
                    "the slides."
                )
                if about.event.is_over(at)
                else _("The organizers of “%(event)s” would like to have your slides.")
            )
            button = _("Add the slides")
        return Content(
            title=title,
            lead=lead % self.names(about),
            facts=self.talk_facts(about),
            paragraphs=[]
            if about.has_slides
            else [_("A link or a PDF is enough. Nothing is published without your approval.")],
            action=(button, link("talk_slides", about.pk)),
            small_print=[_("If you don’t want them published, say no there, and we won’t ask again.")],
        )
