"""The product with its seat lock taken away: the control that shows what the lock is for.

Between counting and selling there is a pause, as a busy machine makes one; with the lock in place it could do no harm.
"""

import time
from typing import Any

from meetups.wsgi import application  # isort: skip - loads the apps, which the next line needs
from meetups.registrations import admission, seats
from meetups.registrations.models import Registration

__all__ = ["application"]

counted = admission.way_in


def nobody_waits(event_id: int) -> None:
    """In place of the seat lock."""


def count_and_pause(*arguments: Any, **named: Any) -> Registration.State:
    state = counted(*arguments, **named)
    time.sleep(0.05)
    return state


vars(seats).update(take_seat_lock=nobody_waits, way_in=count_and_pause)
