"""All dates that move with an event, by package."""

from meetups.lifecycle.messages.message_steps import move_messages
from meetups.lifecycle.models import Message
from meetups.registrations import dates_that_move as registrations
from meetups.registrations.dates_that_move import EventMove, MovingDates
from meetups.speakers import dates_that_move as speakers
from meetups.volunteers import dates_that_move as volunteers

# Every date that depends on an event must be listed here or be excused by name in `tests/lifecycle/test_dates_that_move.py`.
MOVING = (
    *registrations.MOVING,
    *volunteers.MOVING,
    *speakers.MOVING,
    MovingDates(Message, ("send_at", "stands_until"), move_messages),
)


def move_along(move: EventMove) -> None:
    """Moves every date that depends on the event. Raises TooSoonForALottery."""
    for dates in MOVING:
        dates.step(move)
