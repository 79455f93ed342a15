"""Reminders to volunteers."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from meetups.core.links import link
from meetups.events.facts import event_facts
from meetups.events.models import Event
from meetups.lifecycle.due_reminders import shift_moment
from meetups.lifecycle.participants import Participant
from meetups.notifications.email_registry import Content, declare
from meetups.notifications.models import Notification
from meetups.reminders.emails.base import ReminderKind
from meetups.volunteers.emails import shift_calendars, shift_facts
from meetups.volunteers.models import Chore, Shift


@declare
class ShiftDay(ReminderKind):
    name = "shift_day"
    rank = 20

    def shifts(self, event: Event, part: Participant, notification: Notification) -> list[Shift]:
        """The person's shifts that this mail is about."""
        mine = [signup.shift for signup in part.signups if signup.shift.cancelled_at is None]
        return [shift for shift in mine if shift_moment(shift, event) == notification.due_at]

    def has_part(self, event: Event, part: Participant, notification: Notification) -> bool:
        return bool(self.shifts(event, part, notification))

    def compose(self, about: tuple[Event, Participant], notification: Notification, at: datetime) -> Content:
        event, part = about
        shifts = self.shifts(event, part, notification)
        return Content(
            title=_("Your shift today: %(event)s") % {"event": event.words.title},
            lead=ngettext(
                "You’re helping at “%(event)s” today. Here’s what, when and where. Thank you.",
                "You’re helping with %(number)s shifts at “%(event)s” today. Here’s what, when and where. Thank you.",
                len(shifts),
            )
            % {"event": event.words.title, "number": len(shifts)},
            facts=[*shift_facts(shifts, event), *event_facts(event)],
            action=(_("See my shifts"), link("event", event.public_id)),
            links=teardown_links(event, shifts),
            calendars=shift_calendars(shifts, event, at),
            small_print=[
                _("If you can’t make it, cancel your shift on the event page so the organizers know at once.")
            ],
        )


def teardown_links(event: Event, shifts: list[Shift]) -> list[tuple[str, str]]:
    """The link to the teardown list, for volunteers of a teardown shift, if there is a list."""
    if all(shift.phase != Shift.Phase.TEARDOWN for shift in shifts) or not Chore.objects.filter(event=event).exists():
        return []
    return [(_("Teardown list to check off on your phone"), link("teardown", event.public_id))]
