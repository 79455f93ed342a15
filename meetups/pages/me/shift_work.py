"""Shifts that a person has done, and those they missed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, DurationField, F, Q, QuerySet, Subquery, Sum
from django.utils.translation import ngettext

from meetups.accounts.models import User
from meetups.registrations.lottery.weights import WINDOW
from meetups.volunteers.hours import hours
from meetups.volunteers.models import Signup

# My page shows this many shifts that are done, and looks through this many for missed ones.
LAST, LOOKED_AT = 5, 100


@dataclass(frozen=True)
class Done:
    """A shift that is over. `counts_until` is an instant; None where nothing counts."""

    signup: Signup
    counts_until: datetime | None


@dataclass(frozen=True)
class Work:
    """All shifts that a person has done: how many, and how long (V6)."""

    shifts: int
    duration: timedelta

    def __str__(self) -> str:
        return ngettext("%(count)d shift, %(hours)s", "%(count)d shifts, %(hours)s", self.shifts) % {
            "count": self.shifts,
            "hours": hours(self.duration),
        }


def done_by(person: User, *, at: datetime) -> tuple[list[Done], Work | None]:
    """The person's last shifts, and all missed shifts in the window (RULES 24, 76), latest first; their total work, or None where
    there is none yet. One query.
    """
    missed = Q(mark__in=[Signup.Mark.ABSENT, Signup.Mark.EXCUSED], shift__ends_at__gt=at - WINDOW)
    over = Signup.objects.over(at).filter(Q(mark__in=["", Signup.Mark.DONE]) | missed, volunteer=person)
    found: list[Done] = []
    total = _total(person, at)
    with_total: QuerySet[Any] = over.annotate(
        shifts=Subquery(total.values("number")), duration=Subquery(total.values("lasted"))
    )
    latest = list(with_total.select_related("shift__event__community").order_by("-shift__starts_at", "-pk")[:LOOKED_AT])
    for one in latest:
        counts = one.mark == Signup.Mark.ABSENT
        if one.is_done(at) and sum(done.signup.is_done(at) for done in found) == LAST:
            continue
        found.append(Done(one, one.shift.ends_at + WINDOW if counts else None))
    number, lasted = (latest[0].shifts, latest[0].duration) if latest else (0, timedelta())
    return found, Work(number, lasted) if number else None


def work_of(person: User, *, at: datetime) -> Work | None:
    """The total work of the person; None where there is none yet. One query."""
    total = _total(person, at).values_list("number", "lasted").first()
    return Work(*total) if total else None


def _total(person: User, at: datetime) -> QuerySet[Any, Any]:
    """One row with `number` and `lasted`, or none."""
    lasted = Sum(F("shift__ends_at") - F("shift__starts_at"), output_field=DurationField())
    mine = Signup.objects.done(at).filter(volunteer=person).order_by().values("volunteer")
    return mine.annotate(number=Count("pk"), lasted=lasted)
