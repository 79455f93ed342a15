"""The product with its seat lock taken away: the control that shows what the lock is for.

Between counting and selling the last seats there is a pause, as a busy machine makes one; with the lock in place it could do no harm.
"""

import time
from typing import Any

from meetups.wsgi import application  # isort: skip - loads the apps, which the next line needs
from meetups.registrations import admission
from meetups.registrations.models import Registration, Slot
from meetups.registrations.pen import seats

__all__ = ["application"]

counted = admission.way_in


def nobody_waits(event_id: int) -> None:
    """In place of the seat lock."""


def count_and_pause(slot: Slot, *arguments: Any, **named: Any) -> Registration.State:
    state = counted(slot, *arguments, **named)
    if 0 < slot.seats_left < 6:
        # Long enough for the other workers to count the same seats, however busy the machine is.
        time.sleep(1)
    return state


vars(seats).update(take_seat_lock=nobody_waits, way_in=count_and_pause)
