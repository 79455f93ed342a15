"""What speakers are asked for after their talk."""

from datetime import datetime

from django.utils.translation import gettext as _

from meetups.core.links import link
from meetups.notifications.kinds import Content, declare
from meetups.notifications.models import Notification
from meetups.speakers.kinds.talks import TalkKind
from meetups.speakers.models import Talk
from meetups.speakers.slides import states_of


@declare
class SlidesAsked(TalkKind):
    """To the speaker: slides, or the answer whether they may be published. It holds as long as either is missing."""

    name = "slides_asked"
    state = Talk.State.CONFIRMED
    rank = 40

    def still_holds(self, about: Talk, notification: Notification, at: datetime) -> bool:
        return super().still_holds(about, notification, at) and states_of([about])[0].is_missing

    def compose(self, about: Talk, notification: Notification, at: datetime) -> Content:
        if about.has_slides:
            title = _("May your slides be published? %(talk)s") % self.names(about)
            lead = _(
                "Your slides for “%(event)s” are here, but you have not said yet whether they may be published after the event."
            )
            button = _("Say yes or no")
        else:
            title = _("Your slides, please: %(talk)s") % self.names(about)
            lead = (
                _(
                    "Thank you for your talk at “%(event)s”. Those who heard it, and those who could not, ask for the slides."
                )
                if about.event.is_over(at)
                else _("The organizers of “%(event)s” would like to have the slides of your talk.")
            )
            button = _("Add the slides")
        return Content(
            title=title,
            lead=lead % self.names(about),
            facts=self.talk_facts(about),
            paragraphs=[]
            if about.has_slides
            else [_("A link or a PDF is enough. Nothing is published without your yes.")],
            action=(button, link("talk_slides", about.pk)),
            small_print=[_("If they are not to be published, say no there: then nobody asks again.")],
        )
