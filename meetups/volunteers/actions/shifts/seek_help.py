"""Too few people have taken a shift: organizers are told, and those without a seat can take it."""

from datetime import datetime

from meetups.events.models import Event
from meetups.registrations.pen.seats import seats_of
from meetups.volunteers.help_requests import seek
from meetups.volunteers.models import Shift


def seek_help(*, event: Event, at: datetime) -> int:
    """Tells organizers of each shift of `event` that is due and short, once, and offers those that make a seat certain to everyone who
    waits for the draw or in a queue: one message a person and event, and who takes it first has it (RULES 66). Returns how many shifts
    there were. A cancelled shift or event has none.
    """
    with seats_of(event, at=at) as seats:
        due = list(Shift.objects.help_due(at).filter(event=event).in_order())
        seek(seats, due, at=at, by=None)
        return len(due)
