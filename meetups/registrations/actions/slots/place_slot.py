"""A slot moves up or down in the order in which slots are shown."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.registrations.models import Slot
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.refusals import refuse_what_is_over
from meetups.registrations.slot_settings import Direction, neighbours_exchanged, note


def place_slot(*, slot: Slot, direction: Direction, at: datetime, by: User) -> None:
    """Exchanges the slot with its neighbour. The first does not move up, and the last does not move down. Raises EventClosed."""
    with seats_of(slot.event, at=at) as seats:
        refuse_what_is_over(seats.event, at)
        slots = list(seats.slots.values())
        slot = seats.slots[slot.pk]
        if not neighbours_exchanged(slots, slots.index(slot), direction):
            return
        for position, one in enumerate(slots):
            if one.position != position:
                one.position = position
                one.save(update_fields=["position"])
        note(seats, slot, "place_slot", at=at, by=by, direction=str(direction))
