"""How much work shifts were, in hours. Pure."""

from collections.abc import Iterable
from datetime import timedelta

from django.utils.translation import ngettext

from meetups.volunteers.models import Shift


def worked(shifts: Iterable[Shift]) -> timedelta:
    """How long they last together."""
    return sum((shift.ends_at - shift.starts_at for shift in shifts), timedelta())


def hours(duration: timedelta) -> str:
    """`1 hour`, `1.5 hours`: two places at most."""
    number = round(duration / timedelta(hours=1), 2)
    return ngettext("%(hours)s hour", "%(hours)s hours", 1 if number == 1 else 2) % {"hours": f"{number:g}"}
