"""An organizer plans a shift."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.events.models import Event
from meetups.history.models import record
from meetups.registrations.models import Slot
from meetups.registrations.opening import SlotPlan, open_slots
from meetups.registrations.seats import seats_of
from meetups.volunteers.models import Shift
from meetups.volunteers.planning import ShiftPlan, open_shift
from meetups.volunteers.steps import fit_duty_slot


def plan_shift(*, event: Event, plan: ShiftPlan, guarantees_seat: bool, at: datetime, by: User) -> Shift:
    """Adds a shift to `event`. With `guarantees_seat` it joins the duty slot of the event, which grows by its maximum."""
    with seats_of(event, at=at) as seats:
        duty = next((slot for slot in seats.slots.values() if slot.admission == Slot.Admission.DUTY), None)
        if guarantees_seat and duty is None:
            [duty] = open_slots(seats.event, [SlotPlan(plan.title, Slot.Admission.DUTY, 0)])
            seats.slots[duty.pk] = duty
        slot = duty if guarantees_seat else None
        deadline = min((one.promotion_stops_at for one in seats.slots.values()), default=plan.starts_at)
        shift = open_shift(event, plan, slot=slot, step_down_until=min(deadline, plan.starts_at))
        if slot:
            fit_duty_slot(seats, slot.pk, at=at)
        # Whoever plans it so late knows that nobody has taken it yet.
        Shift.objects.help_due(at).filter(pk=shift.pk).update(help_sought_at=at)
        record(thread=seats.event.thread, subject=f"shift:{shift.pk}", verb="plan_shift", at=at, by=by)
        return shift
