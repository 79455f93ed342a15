"""An organizer takes an event back that was published and that no one has a part in."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.events.models import Event
from meetups.lifecycle.new_event import unpublish
from meetups.registrations.pen.seats import seats_of


def back_to_draft(*, event: Event, at: datetime, by: User) -> Event:
    """The page is gone at once, from lists, search, feeds and calendars too, and mail about it that has not left does not leave
    (RULES 223).

    Who asked to be told of the opening still is, once it is published again. A second call changes nothing. Raises EventClosed,
    SomeoneKnowsIt.
    """
    with seats_of(event, at=at) as seats:
        if seats.event.state != Event.State.DRAFT:
            unpublish(seats, at=at, by=by)
        return seats.event
