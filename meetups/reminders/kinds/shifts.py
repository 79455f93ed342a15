"""Reminders to those who help."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from meetups.core.links import link
from meetups.events.facts import event_facts
from meetups.events.models import Event
from meetups.lifecycle.due_reminders import shift_moment
from meetups.lifecycle.participants import Participant
from meetups.notifications.kinds import Content, declare
from meetups.notifications.models import Notification
from meetups.reminders.kinds.base import ReminderKind
from meetups.volunteers.kinds import shift_calendars, shift_facts
from meetups.volunteers.models import Chore, Shift


@declare
class ShiftDay(ReminderKind):
    name = "shift_day"
    rank = 20

    def shifts(self, event: Event, part: Participant, notification: Notification) -> list[Shift]:
        """Those of her shifts that this morning is about."""
        mine = [signup.shift for signup in part.signups if signup.shift.cancelled_at is None]
        return [shift for shift in mine if shift_moment(shift, event) == notification.due_at]

    def has_part(self, event: Event, part: Participant, notification: Notification) -> bool:
        return bool(self.shifts(event, part, notification))

    def compose(self, about: tuple[Event, Participant], notification: Notification, at: datetime) -> Content:
        event, part = about
        shifts = self.shifts(event, part, notification)
        return Content(
            title=_("Your shift today: %(event)s") % {"event": event.title},
            lead=ngettext(
                "You help at “%(event)s” today. Thank you: here is what, when and where.",
                "You help with %(number)s shifts at “%(event)s” today. Thank you: here is what, when and where.",
                len(shifts),
            )
            % {"event": event.title, "number": len(shifts)},
            facts=[*shift_facts(shifts, event), *event_facts(event)],
            action=(_("See my shifts"), link("event", event.public_id)),
            links=teardown_links(event, shifts),
            calendars=shift_calendars(shifts, event, at),
            small_print=[
                _("If something keeps you away, step down on the event's page, so that the organizers know at once.")
            ],
        )


def teardown_links(event: Event, shifts: list[Shift]) -> list[tuple[str, str]]:
    """Where the list is ticked, for those who tear down, if there is one."""
    if all(shift.phase != Shift.Phase.TEARDOWN for shift in shifts) or not Chore.objects.filter(event=event).exists():
        return []
    return [(_("The teardown list, to tick on the phone"), link("teardown", event.public_id))]
