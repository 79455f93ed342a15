"""The times of reminders to attendees, as an event keeps them: "3 12:00, 1 18:00, 0 09:00". Pure functions."""

from collections.abc import Iterable
from datetime import time
from typing import NamedTuple

# The limits for one event: the number of reminders, and how many days before the event they may be.
MOST = 4
FARTHEST_DAYS = 30


class ReminderTime(NamedTuple):
    """The time `wall` on the event's own clock, `days` before the day of the start. 0 is the day itself."""

    days: int
    wall: time


def read_times(text: str) -> list[ReminderTime]:
    """The times, the earliest first. Raises ValueError for a text that `times_text` did not make."""
    times = []
    for row in filter(None, text.split(", ")):
        days, wall = row.split(" ")
        times.append(ReminderTime(int(days), time.fromisoformat(wall)))
    return times


def times_text(times: Iterable[ReminderTime]) -> str:
    """The text that the event keeps, the earliest time first. Empty if there are no times."""
    ordered = sorted(times, key=lambda one: (-one.days, one.wall))
    return ", ".join(f"{one.days} {one.wall:%H:%M}" for one in ordered)
