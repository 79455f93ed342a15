"""The message that the dates of a draw have changed."""

from datetime import datetime

from django.utils.translation import gettext as _

from meetups.core.links import link
from meetups.notifications.email_registry import Content, declare
from meetups.notifications.models import Notification
from meetups.registrations.emails.base import RegistrationKind, draw_facts
from meetups.registrations.models import Registration

State = Registration.State


@declare
class DrawMoved(RegistrationKind):
    name = "draw_moved"
    rank = 20
    states = frozenset({State.APPLIED})

    def compose(self, about: Registration, notification: Notification, at: datetime) -> Content:
        return Content(
            title=_("New lottery dates: %(event)s") % {"event": about.event.words.title},
            lead=_(
                "The organizers changed the lottery dates for “%(event)s”. Your entry stays as it is; there’s "
                "nothing to do."
            )
            % {"event": about.event.words.title},
            facts=self.facts(about, *draw_facts(about), (_("Your entry"), about.drawn_as)),
            action=self.state_page(about, _("See my registration")),
            links=[(_("Withdraw from the lottery"), link("registration_cancellation", about.event.public_id))],
        )
