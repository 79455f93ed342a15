"""The product without its seat lock: the control that shows what the lock prevents.

Between counting and selling the last seats there is a pause, as on a busy machine. With the lock it would do no harm.
"""

import time
from typing import Any

from django.db import connection

from meetups.wsgi import application  # isort: skip - loads the apps, which the next line needs
from meetups.registrations import admission
from meetups.registrations.models import Registration, Slot
from meetups.registrations.pen import seats

__all__ = ["application"]

counted = admission.way_in
# A shared lock, held by the people who have counted.
RIVALS = 2
COUNTING = (
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND objid = %s "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


def nobody_waits(event_id: int) -> None:
    """Stands in for the seat lock."""


def count_and_pause(slot: Slot, *arguments: Any, **named: Any) -> Registration.State:
    state = counted(slot, *arguments, **named)
    if 0 < slot.seats_left < 6:
        wait_for_rivals(slot)
    return state


def wait_for_rivals(slot: Slot, *, patience: float = 1) -> None:
    """Waits until more people than seats have counted the last seats, and none is sold. Gives up if fewer people come."""
    deadline = time.monotonic() + patience
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s, %s)", [RIVALS, slot.event_id])
        while time.monotonic() < deadline:
            cursor.execute(COUNTING, [RIVALS, slot.event_id])
            if cursor.fetchone()[0] > slot.seats_left:
                return
            time.sleep(0.01)


vars(seats).update(take_seat_lock=nobody_waits, way_in=count_and_pause)
