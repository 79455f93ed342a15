"""The time of held places is over."""

from datetime import datetime

from meetups.events.models import Event
from meetups.registrations.pen.seats import seats_of


def lapse_places(*, event: Event, at: datetime) -> Event:
    """Ends the held places that are due. Their seats go to the queue (RULES 27)."""
    with seats_of(event, at=at) as seats:
        # `seats_of` has already ended the places that keep a seat. Only this call ends the others.
        seats.held_places.lapse(at=at)
        return seats.event
