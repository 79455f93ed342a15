"""The order in which the slots of an event are shown."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.registrations.models import Slot
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.slot_settings import Direction, neighbours_exchanged, note


def place_slot(*, slot: Slot, direction: Direction, at: datetime, by: User) -> None:
    """Changes places with the neighbour; the first does not go up, nor the last down."""
    with seats_of(slot.event, at=at) as seats:
        slots = list(seats.slots.values())
        slot = seats.slots[slot.pk]
        if not neighbours_exchanged(slots, slots.index(slot), direction):
            return
        for position, one in enumerate(slots):
            if one.position != position:
                one.position = position
                one.save(update_fields=["position"])
        note(seats, slot, "place_slot", at=at, by=by, direction=str(direction))
