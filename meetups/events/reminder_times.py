"""When attendees are reminded, as it is written on the event: "3 12:00, 1 18:00, 0 09:00". Pure."""

from collections.abc import Iterable
from datetime import time
from typing import NamedTuple

# So many reminders of one event, and at most so many days before it.
MOST = 4
FARTHEST_DAYS = 30


class ReminderTime(NamedTuple):
    """`days` before the day of the start, when the clock on the event's wall shows `wall`; 0 is the day itself."""

    days: int
    wall: time


def read_times(text: str) -> list[ReminderTime]:
    """The earliest first. Raises ValueError for what `written` did not write."""
    times = []
    for row in filter(None, text.split(", ")):
        days, wall = row.split(" ")
        times.append(ReminderTime(int(days), time.fromisoformat(wall)))
    return times


def written(times: Iterable[ReminderTime]) -> str:
    """The earliest first, as the event keeps it; empty where there are none."""
    ordered = sorted(times, key=lambda one: (-one.days, one.wall))
    return ", ".join(f"{one.days} {one.wall:%H:%M}" for one in ordered)
