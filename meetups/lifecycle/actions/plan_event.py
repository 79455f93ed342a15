"""An organizer plans an event: everything on one page."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.communities.models import Community
from meetups.events.models import Event
from meetups.history.models import record
from meetups.registrations.admission import usual_deadlines
from meetups.registrations.models import Slot
from meetups.registrations.opening import SlotPlan, open_slots
from meetups.speakers.models import Rehearsal
from meetups.volunteers.actions.plan_shift import ShiftPlan, open_shift


@dataclass(frozen=True)
class RehearsalPlan:
    """When and where the rehearsal is; instants are UTC."""

    starts_at: datetime
    ends_at: datetime
    join_url: str = ""


@dataclass(frozen=True)
class EventPlan:
    """What the page of a new event says. `fields` are those of Event; instants are UTC.

    Of the slots, those of admission duty get the sum of the shifts' maximum as their capacity; all shifts belong to it.
    """

    fields: dict[str, object]
    slots: list[SlotPlan] = field(default_factory=list)
    shifts: list[ShiftPlan] = field(default_factory=list)
    rehearsal: RehearsalPlan | None = None


def plan_event(*, community: Community, plan: EventPlan, at: datetime, by: User) -> Event:
    """Makes a draft with its slots, shifts and rehearsal. Nobody is told until it is published."""
    with transaction.atomic(durable=True):
        return lay_out(community, plan, at=at, by=by)


def lay_out(community: Community, plan: EventPlan, *, at: datetime, by: User) -> Event:
    """A step: writes the draft and what belongs to it. What calls it has opened the transaction."""
    event = Event.objects.create(community=community, created_at=at, **plan.fields)
    slots = open_slots(event, plan.slots)
    duty = next((slot for slot in slots if slot.admission == Slot.Admission.DUTY), None)
    deadline = usual_deadlines(event.starts_at, event.format).promotion_stops_at
    for shift in plan.shifts:
        open_shift(event, shift, slot=duty, step_down_until=min(deadline, shift.starts_at))
    if duty:
        duty.capacity = sum(shift.maximum for shift in plan.shifts)
        duty.save(update_fields=["capacity"])
    if plan.rehearsal:
        Rehearsal.objects.create(event=event, **plan.rehearsal.__dict__)
    record(thread=event.thread, subject=f"event:{event.pk}", verb="plan_event", at=at, by=by, to_state=Event.State.DRAFT)
    return event
