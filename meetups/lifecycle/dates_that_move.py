"""All that moves with an event, room by room."""

from meetups.lifecycle.messages import move_messages
from meetups.lifecycle.models import Message
from meetups.registrations import dates_that_move as registrations
from meetups.registrations.dates_that_move import EventMove, MovingDates
from meetups.speakers import dates_that_move as speakers
from meetups.volunteers import dates_that_move as volunteers

# A date that hangs on an event stands here, or is excused by name in `tests/lifecycle/test_moving.py`.
MOVING = (
    *registrations.MOVING,
    *volunteers.MOVING,
    *speakers.MOVING,
    MovingDates(Message, ("send_at",), move_messages),
)


def move_along(move: EventMove) -> None:
    """Carries everything that is dated relative to the event to its new date. Raises TooSoonForALottery."""
    for dates in MOVING:
        dates.step(move)
