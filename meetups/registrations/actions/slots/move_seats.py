"""Unused seats move to another slot."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.registrations.models import Registration, Slot
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.refusals import SeatsTaken, refuse_what_is_over
from meetups.registrations.slot_settings import note


class NotSoManyUnused(DomainError):
    message = _("“%(slot)s” has %(unused)s unused seats, so %(seats)s can’t be moved.")


class NoSeatsToMove(DomainError):
    message = _("Choose two different slots and at least one seat.")


class SeatsOfShifts(DomainError):
    message = _("Volunteer seats follow the shifts, so they can’t be moved. Change the shifts instead.")


def move_seats(*, source: Slot, target: Slot, seats: int, at: datetime, by: User) -> int:
    """Makes `source` smaller by `seats` and `target` larger, in one step. Returns how many people moved up.

    The queue of `target` moves up. Seats that a frozen manifest was promised stay. Raises EventClosed, NoSeatsToMove,
    SeatsOfShifts, or NotSoManyUnused with the number (RULES 25).
    """
    with seats_of(source.event, at=at) as pen:
        refuse_what_is_over(pen.event, at)
        source, target = pen.slots[source.pk], pen.slots[target.pk]
        if seats < 1 or source.pk == target.pk:
            raise NoSeatsToMove
        if Slot.Admission.DUTY in {source.admission, target.admission}:
            raise SeatsOfShifts
        waiting = Registration.objects.filter(slot=target).waiting()
        before = waiting.count()
        try:
            pen.set_capacity(source, source.capacity - seats, at=at)
        except SeatsTaken as refusal:
            unused = source.capacity - int(str(refusal.facts["taken"]))
            raise NotSoManyUnused(slot=source.name, unused=max(unused, 0), seats=seats) from refusal
        pen.set_capacity(target, target.capacity + seats, at=at)
        note(pen, source, "move_seats", at=at, by=by, to=target.public_id, seats=seats)
        note(pen, target, "receive_seats", at=at, by=by, source=source.public_id, seats=seats)
        return max(before - waiting.count(), 0)
