"""Steps that add shifts to an event; the caller holds the seat lock."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.history.models import record
from meetups.registrations.models import Slot
from meetups.registrations.new_slots import SlotPlan, open_slots
from meetups.registrations.pen.seats import Seats
from meetups.volunteers.duty_seats import fit_duty_slot
from meetups.volunteers.models import Shift
from meetups.volunteers.shift_plan import ShiftPlan, open_shift


def duty_slot(seats: Seats, *, name: str) -> Slot:
    """The slot for volunteers, which all shifts with a guaranteed seat share (RULES 19).

    If there is none, one called `name` is made.
    """
    duty = next((slot for slot in seats.slots.values() if slot.admission == Slot.Admission.DUTY), None)
    if duty is None:
        [duty] = open_slots(seats.event, [SlotPlan(name, Slot.Admission.DUTY, 0)])
        seats.slots[duty.pk] = duty
    return duty


def add_shift(seats: Seats, plan: ShiftPlan, *, slot: Slot | None, at: datetime, by: User) -> Shift:
    """Makes the shift. With a `slot`, the slot grows by the shift's maximum, and each volunteer of the shift has a seat there."""
    shift = open_shift(
        seats.event, plan, slot=slot, step_down_until=usual_step_down_until(seats, starts_at=plan.starts_at)
    )
    if slot:
        fit_duty_slot(seats, slot.pk, at=at)
    # An organizer who plans a shift so late knows that no one has taken it yet.
    Shift.objects.help_due(at).filter(pk=shift.pk).update(help_sought_at=at)
    record(thread=seats.event.thread, subject=f"shift:{shift.pk}", verb="plan_shift", at=at, by=by)
    return shift


def usual_step_down_until(seats: Seats, *, starts_at: datetime) -> datetime:
    """The usual deadline for free stepping down from a shift that begins at `starts_at`: when moving up stops (RULES 22)."""
    return min([*(slot.promotion_stops_at for slot in seats.slots.values()), starts_at])
