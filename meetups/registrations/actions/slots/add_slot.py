"""An event gets one more slot."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.events.models import Event
from meetups.history.models import record
from meetups.registrations.models import Slot
from meetups.registrations.new_slots import SlotPlan, open_slots
from meetups.registrations.opening import refuse_late_opening
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.refusals import refuse_what_is_over
from meetups.registrations.slot_settings import NameIsTaken


class EntriesWouldHaveClosed(DomainError):
    message = _("Entries would close in the past. Choose a later date, or use first come, first served.")


def add_slot(*, event: Event, plan: SlotPlan, at: datetime, by: User) -> Slot:
    """Adds a slot after the existing ones, with the usual deadlines. People can ask for a place in it at once.

    Raises EventClosed once the event is over or cancelled, NameIsTaken, EntriesWouldHaveClosed, OpensTooLate.
    """
    with seats_of(event, at=at) as seats:
        refuse_what_is_over(seats.event, at)
        if any(slot.name == plan.name for slot in seats.slots.values()):
            raise NameIsTaken(slot=plan.name)
        if plan.lottery and plan.lottery.closes_at <= at:
            raise EntriesWouldHaveClosed
        [slot] = open_slots(seats.event, [plan])
        refuse_late_opening(seats.event, [slot], at=at)
        record(
            thread=seats.event.thread,
            subject=f"slot:{slot.pk}",
            verb="add_slot",
            at=at,
            by=by,
            admission=slot.admission,
            seats=slot.capacity,
        )
        return slot
