"""Time has passed for seats that are being handed over."""

from datetime import datetime

from meetups.registrations.models import Slot
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.refusals import refuse_unless_published


def pass_on_seats(*, slot: Slot, at: datetime) -> Slot:
    """Gives offers that no one answered to the next. When promotion stops, people who still hand over a seat leave (RULES 7).

    Raises EventClosed where the event is cancelled.
    """
    with seats_of(slot.event, at=at) as seats:
        refuse_unless_published(seats.event)
        slot = seats.slots[slot.pk]
        seats.queue.pass_on(slot, at=at)
        return slot
