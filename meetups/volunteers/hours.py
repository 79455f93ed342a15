"""The length of shifts in hours. Pure: no queries."""

from collections.abc import Iterable
from datetime import timedelta

from django.utils.translation import ngettext, pgettext

from meetups.volunteers.models import Shift


def time_worked(shifts: Iterable[Shift]) -> timedelta:
    """The total length of the shifts."""
    return sum((shift.ends_at - shift.starts_at for shift in shifts), timedelta())


def hours(duration: timedelta) -> str:
    """A duration in words, in whole minutes: `1 hour`, `3 hours 15 minutes`, `45 minutes`."""
    whole, left = divmod(round(duration / timedelta(minutes=1)), 60)
    long = ngettext("%(hours)s hour", "%(hours)s hours", whole) % {"hours": whole}
    short = ngettext("%(minutes)s minute", "%(minutes)s minutes", left) % {"minutes": left}
    if whole and left:
        return pgettext("duration", "%(hours)s %(minutes)s") % {"hours": long, "minutes": short}
    return short if left else long
