"""How much work shifts were, in hours. Pure."""

from collections.abc import Iterable
from datetime import timedelta

from django.utils.translation import ngettext, pgettext

from meetups.volunteers.models import Shift


def worked(shifts: Iterable[Shift]) -> timedelta:
    """How long they last together."""
    return sum((shift.ends_at - shift.starts_at for shift in shifts), timedelta())


def hours(duration: timedelta) -> str:
    """`1 hour`, `3 hours 15 minutes`, `45 minutes`: whole minutes."""
    whole, left = divmod(round(duration / timedelta(minutes=1)), 60)
    long = ngettext("%(hours)s hour", "%(hours)s hours", whole) % {"hours": whole}
    short = ngettext("%(minutes)s minute", "%(minutes)s minutes", left) % {"minutes": left}
    if whole and left:
        return pgettext("duration", "%(hours)s %(minutes)s") % {"hours": long, "minutes": short}
    return short if left else long
