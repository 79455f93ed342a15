"""An organizer removes a break from the programme."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.registrations.pen.seats import seats_of
from meetups.speakers.models import Break
from meetups.speakers.programme.steps import programme_to_arrange, settle


def remove_break(*, pause: Break, at: datetime, by: User) -> None:
    """Removes the break, so that the lines after it begin earlier. Speakers whose talk moves are told (RULES 91).

    Raises EventClosed.
    """
    subject = pause.subject
    with seats_of(pause.event, at=at) as seats:
        before = programme_to_arrange(seats.event, at=at)
        Break.objects.filter(pk=pause.pk).delete()
        settle(seats.event, before, subject=subject, verb="remove_break", at=at, by=by)
