"""Time passes over the seats that are on their way to somebody."""

from datetime import datetime

from meetups.registrations.models import Slot
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.refusals import EventClosed


def pass_on_seats(*, slot: Slot, at: datetime) -> Slot:
    """Offers that nobody answered go to the next; when promotion stops, whoever still hands over leaves (RULES 7).

    Raises EventClosed where the event is cancelled.
    """
    with seats_of(slot.event, at=at) as seats:
        if not seats.event.is_published:
            raise EventClosed
        slot = seats.slots[slot.pk]
        seats.queue.pass_on(slot, at=at)
        return slot
