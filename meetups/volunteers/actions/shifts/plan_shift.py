"""An organizer plans a shift."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.events.models import Event
from meetups.registrations.pen.seats import seats_of
from meetups.volunteers.models import Shift
from meetups.volunteers.new_shifts import add_shift, duty_slot
from meetups.volunteers.shift_plan import ShiftPlan


def plan_shift(*, event: Event, plan: ShiftPlan, guarantees_seat: bool, at: datetime, by: User) -> Shift:
    """Adds a shift to `event`. With `guarantees_seat` it joins the duty slot of the event, which grows by the shift's maximum."""
    with seats_of(event, at=at) as seats:
        slot = duty_slot(seats, name=plan.title) if guarantees_seat else None
        return add_shift(seats, plan, slot=slot, at=at, by=by)
