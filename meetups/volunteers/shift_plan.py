"""The data for planning a shift, and the step that makes one."""

from dataclasses import dataclass
from datetime import datetime

from meetups.accounts.models import User
from meetups.events.models import Event
from meetups.registrations.models import Slot
from meetups.volunteers.models import Shift


@dataclass(frozen=True)
class ShiftPlan:
    """What an organizer enters for a shift; instants are UTC.

    `help_at` is when the shift is checked for missing people; None: at the usual time (RULES 66).
    """

    phase: Shift.Phase
    role: Shift.Role
    title: str
    starts_at: datetime
    ends_at: datetime
    minimum: int
    maximum: int
    instructions: str = ""
    needs_approval: bool = False
    place: str = ""
    lead: User | None = None
    help_at: datetime | None = None


def open_shift(event: Event, plan: ShiftPlan, *, slot: Slot | None, step_down_until: datetime) -> Shift:
    """Makes the shift. Stepping down is free until moving up stops, unless `step_down_until` says otherwise (RULES 22)."""
    return Shift.objects.create(
        event=event,
        slot=slot,
        phase=plan.phase,
        role=plan.role,
        title=plan.title,
        instructions=plan.instructions,
        starts_at=plan.starts_at,
        ends_at=plan.ends_at,
        minimum=plan.minimum,
        maximum=plan.maximum,
        step_down_until=step_down_until,
        needs_approval=plan.needs_approval,
        place=plan.place,
        lead=plan.lead,
        help_at=plan.help_at,
    )
