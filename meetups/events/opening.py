"""The time until registration opens, in words (RULES 220)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import ngettext

from meetups.events.models import Event

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Opening:
    """`left` is the time until `at` in words, and `seconds` is the same for the script that ticks."""

    at: datetime
    seconds: int
    left: str


def opening_of(event: Event, *, at: datetime) -> Opening | None:
    """None where registration has opened, or never will."""
    opens_at = event.registration_opens_at
    if opens_at is None or not event.opens_later(at) or not event.is_open(at):
        return None
    left = opens_at - at
    return Opening(opens_at, int(left.total_seconds()) + 1, time_left(left))


def time_left(left: timedelta) -> str:
    """“22 days 16 hours”, “16 hours 5 minutes”, “5 minutes”: begun minutes count."""
    minutes = max(-(-left // MINUTE), 1)
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    words = [
        (days, ngettext("%(count)d day", "%(count)d days", days)),
        (hours, ngettext("%(count)d hour", "%(count)d hours", hours)),
        (0 if days else minutes, ngettext("%(count)d minute", "%(count)d minutes", minutes)),
    ]
    return " ".join(text % {"count": count} for count, text in words if count)
