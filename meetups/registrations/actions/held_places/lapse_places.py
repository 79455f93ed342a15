"""The time of places that were held for somebody is over."""

from datetime import datetime

from meetups.events.models import Event
from meetups.registrations.pen.seats import seats_of


def lapse_places(*, event: Event, at: datetime) -> Event:
    """Ends the held places that are due; their seats go to who waits (RULES 27)."""
    with seats_of(event, at=at) as seats:
        # `seats_of` has ended those that keep a seat; the others wait for nothing but this.
        seats.held_places.lapse(at=at)
        return seats.event
