"""The clock seeks help for shifts that too few people have taken."""

from datetime import datetime

from meetups.events.models import Event
from meetups.registrations.pen.seats import seats_of
from meetups.volunteers.help_requests import seek
from meetups.volunteers.models import Shift


def seek_help(*, event: Event, at: datetime) -> int:
    """Tells organizers once of each shift of `event` that is due and short (RULES 66).

    Shifts that guarantee a seat are offered to everyone in the lottery or on a waitlist, with one message per person and event.
    The first to take a shift has it. Returns the number of shifts. Canceled shifts, and shifts of a canceled event, do not count.
    """
    with seats_of(event, at=at) as seats:
        due = list(Shift.objects.help_due(at).filter(event=event).in_order())
        seek(seats, due, at=at, by=None)
        return len(due)
