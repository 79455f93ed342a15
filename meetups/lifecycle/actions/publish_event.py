"""An organizer publishes a draft."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.events.models import Event
from meetups.lifecycle.new_event import make_public
from meetups.registrations.pen.seats import seats_of


def publish_event(*, event: Event, at: datetime, by: User) -> Event:
    """Shows the event to everyone who may see it, and opens registration. A second call changes nothing.

    Raises DateHasPassed, TooSoonForALottery.
    """
    with seats_of(event, at=at) as seats:
        event = seats.event
        if event.state == Event.State.DRAFT:
            make_public(event, filter(None, map(seats.lottery_of, seats.slots.values())), at=at, by=by)
        return event
