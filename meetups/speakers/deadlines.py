"""Until when the speaker of an accepted talk is asked to confirm (RULES 233, 244)."""

from datetime import datetime, time, timedelta

from django.utils.translation import gettext_lazy as _

from meetups.core.errors import DomainError
from meetups.core.zones import at_wall
from meetups.events.models import Event
from meetups.speakers.models import Call, Talk

END_OF_DAY = time(23, 59)


class DeadlineIsNotAhead(DomainError):
    status = 422
    message = _("Choose a time from now until the event starts.")


def refuse_what_is_not_ahead(confirm_by: datetime | None, event: Event, at: datetime) -> None:
    """Raises DeadlineIsNotAhead for a deadline that has passed, or that is after the start of the event."""
    if confirm_by and not at < confirm_by <= event.starts_at:
        raise DeadlineIsNotAhead


def deadline_by_call(call: Call | None, event: Event, at: datetime) -> datetime | None:
    """The deadline that the call gives to a talk that is accepted at `at`. None for the usual one, also where it would have passed."""
    found: datetime | None = None
    if call and call.confirm_days:
        day = at.astimezone(event.zone).date() + timedelta(days=call.confirm_days)
        found = min(at_wall(day, END_OF_DAY, event.time_zone), event.starts_at)
    elif call and call.confirm_eve:
        wall = event.starts_at.astimezone(event.zone)
        found = at_wall(wall.date() - timedelta(days=1), wall.time(), event.time_zone)
    return found if found and found > at else None


def deadline_of(talk: Talk, call: Call | None, event: Event, at: datetime) -> datetime | None:
    """The deadline of a talk whose speaker is told at `at` that it is accepted: its own while it is ahead, else that of the call."""
    own = talk.confirm_by
    return own if own and at < own <= event.starts_at else deadline_by_call(call, event, at)
