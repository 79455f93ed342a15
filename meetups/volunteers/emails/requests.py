"""Messages about shifts that need an organizer's approval (RULES 24)."""

from datetime import datetime

from django.utils.translation import gettext as _

from meetups.core.links import link
from meetups.events.facts import event_facts, event_page
from meetups.notifications.email_registry import Content, declare
from meetups.notifications.models import Notification
from meetups.volunteers.emails.organizers import manages
from meetups.volunteers.emails.shift_details import shift_facts
from meetups.volunteers.emails.shifts import SignupKind
from meetups.volunteers.models import Signup


@declare
class ShiftAsked(SignupKind):
    """To the organizers."""

    name = "shift_asked"

    def still_holds(self, about: Signup, notification: Notification, at: datetime) -> bool:
        shift = about.shift
        is_ahead = shift.cancelled_at is None and at < shift.starts_at and shift.event.is_published
        return is_ahead and about.state == Signup.State.ASKED and manages(notification, shift.event)

    def compose(self, about: Signup, notification: Notification, at: datetime) -> Content:
        shift, event = about.shift, about.shift.event
        return Content(
            title=_("Please approve: %(person)s for a shift at %(event)s") % self.names(about),
            lead=_("%(person)s would like to take on “%(shift)s” at “%(event)s” and needs your approval.")
            % self.names(about),
            facts=shift_facts([shift], event),
            action=(_("Reply"), link("desk_shift", event.public_id, shift.pk)),
            small_print=[_("Until you reply, this takes up no spot in the shift and no seat.")],
        )


@declare
class ShiftDeclined(SignupKind):
    name = "shift_declined"

    def still_holds(self, about: Signup, notification: Notification, at: datetime) -> bool:
        return about.state == Signup.State.DECLINED and about.shift.event.is_published

    def compose(self, about: Signup, notification: Notification, at: datetime) -> Content:
        event = about.shift.event
        return Content(
            title=_("The shift went to others: %(event)s") % self.names(about),
            lead=_(
                "This time the organizers gave the shift “%(shift)s” at “%(event)s” to others. Thank you for offering."
            )
            % self.names(about),
            facts=event_facts(event),
            paragraphs=[_("If you’re registered for the event, your registration stays as it is.")],
            action=event_page(event),
        )
