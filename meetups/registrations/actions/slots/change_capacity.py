"""A slot grows or shrinks."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.core.versions import refuse_what_has_changed
from meetups.history.models import record
from meetups.registrations.models import Slot
from meetups.registrations.pen.seats import seats_of


class SeatsComeFromShifts(DomainError):
    message = _("This slot has as many seats as its shifts need people. Change the shifts instead.")


def change_capacity(*, slot: Slot, capacity: int, seen: str | None = None, at: datetime, by: User) -> Slot:
    """Sets the number of seats. Extra seats promote the queue in the same transaction.

    `seen` is the number that the form was filled from. Raises SeatsTaken (RULES 3, 25), SeatsComeFromShifts, ChangedMeanwhile.
    """
    with seats_of(slot.event, at=at) as seats:
        slot = seats.slots[slot.pk]
        if slot.admission == Slot.Admission.DUTY:
            raise SeatsComeFromShifts
        before = slot.capacity
        if capacity != before:
            refuse_what_has_changed(seen, str(before))
            seats.set_capacity(slot, capacity, at=at)
            record(
                thread=seats.event.thread,
                subject=f"slot:{slot.pk}",
                verb="change_capacity",
                at=at,
                by=by,
                seats=[before, capacity],
            )
        return slot
