"""An organizer adds a line that is no talk to the programme."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.events.models import Event
from meetups.registrations.pen.seats import seats_of
from meetups.speakers.models import Break
from meetups.speakers.programme.steps import programme_to_arrange, put, settle

# No one reads a longer programme.
MOST_BREAKS = 50


class TooManyBreaks(DomainError):
    message = _("This program has too many items already. Remove one first.")


def add_break(*, event: Event, title: str, minutes: int, place: int | None = None, at: datetime, by: User) -> Break:
    """Adds an opening, a break, a closing … before line number `place` (from 0), or at the end without it.

    Speakers whose talk moves are told (RULES 91). Raises EventClosed, TooManyBreaks.
    """
    with seats_of(event, at=at) as seats:
        before = programme_to_arrange(seats.event, at=at)
        if sum(item.pause is not None for item in before) >= MOST_BREAKS:
            raise TooManyBreaks
        lines = [item.line for item in before]
        place = len(lines) if place is None else place
        new = Break.objects.create(event=event, title=title, minutes=minutes)
        put([*lines[:place], new, *lines[place:]])
        settle(seats.event, before, subject=new.subject, verb="add_break", at=at, by=by)
        return new
