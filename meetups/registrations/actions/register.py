"""A person registers."""

from datetime import datetime
from uuid import UUID

from meetups.accounts.models import User
from meetups.registrations.models import Registration, Slot
from meetups.registrations.refusals import EventClosed, NotForEveryone, RegistrationClosed
from meetups.registrations.seats import seats_of


def register(*, slot: Slot, attendee: User, at: datetime, request_id: UUID | None = None) -> Registration:
    """`attendee` asks for a place in `slot`: an entry, a seat or the end of the queue, as `way_in` says.

    The same `request_id` gives the first answer again (RULES 31). Raises EventClosed, RegistrationClosed, NotForEveryone,
    AlreadyRegistered, SeatsBusy; then nothing was changed.
    """
    with seats_of(slot.event, at=at) as seats:
        if request_id:
            answered = Registration.objects.filter(attendee=attendee, request_id=request_id).first()
            if answered:
                return answered
        slot = seats.slots[slot.pk]
        if not seats.event.is_open(at):
            raise EventClosed
        if not slot.is_general:
            raise NotForEveryone
        if slot.closes_at <= at:
            raise RegistrationClosed
        return seats.enter(slot, attendee, at=at, request_id=request_id)
