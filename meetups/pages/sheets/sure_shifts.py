"""Shifts that can be taken now and give a seat at once, as a part of the query of the slots."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from meetups.volunteers.models import Shift


@dataclass(frozen=True)
class SureShift:
    """A shift with a guaranteed seat; `places` counts how many people can still take it."""

    pk: int
    title: str
    phase: str
    places: int

    @property
    def label(self) -> str:
        """The text of a button where nothing beside it names the shift."""
        named = {
            Shift.Phase.SETUP.value: _("Sign up for setup"),
            Shift.Phase.TEARDOWN.value: _("Sign up for teardown"),
        }
        return named.get(self.phase) or _("Sign up for “%(shift)s”") % {"shift": self.title}


def sure_shifts(at: datetime) -> ArraySubquery:
    """Those of the slot in the outer query; `shifts_from` turns the result into shifts."""
    shifts = Shift.objects.standing().filter(
        slot=OuterRef("pk"), needs_approval=False, starts_at__gt=at, taken__lt=F("maximum")
    )
    facts = JSONObject(pk="pk", title="title", phase="phase", places=F("maximum") - F("taken"))
    return ArraySubquery(shifts.in_order().values(json=facts))


def shifts_from(found: list[dict[str, object]]) -> tuple[SureShift, ...]:
    """The shifts from the result of `sure_shifts`, teardown first."""
    shifts = [SureShift(**shift) for shift in found]  # type: ignore[arg-type]  # as the query names them
    return tuple(sorted(shifts, key=lambda shift: shift.phase != Shift.Phase.TEARDOWN))
