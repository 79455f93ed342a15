"""The slots of a new event. A step: what calls it has opened the transaction."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from meetups.events.models import Event
from meetups.registrations.admission import LotteryDates, usual_deadlines
from meetups.registrations.models import Lottery, Slot


@dataclass(frozen=True)
class SlotPlan:
    """What an organizer says of a slot. `lottery` is set for admission by lottery and for nothing else."""

    name: str
    admission: Slot.Admission
    capacity: int
    lottery: LotteryDates | None = None


def open_slots(event: Event, plans: list[SlotPlan]) -> list[Slot]:
    """Makes the slots of `event` with the usual deadlines, in this order."""
    deadlines = usual_deadlines(event.starts_at, event.format)
    first = event.slots.count()
    return [_open_slot(event, plan, first + number, deadlines.__dict__) for number, plan in enumerate(plans)]


def _open_slot(event: Event, plan: SlotPlan, position: int, deadlines: dict[str, datetime]) -> Slot:
    slot = Slot.objects.create(
        event=event, name=plan.name, admission=plan.admission, capacity=plan.capacity, position=position, **deadlines
    )
    if plan.lottery:
        announce_lottery(slot, plan.lottery)
    return slot


def announce_lottery(slot: Slot, dates: LotteryDates) -> Lottery:
    """Makes the secret now, before entries open, so that its hash can be published."""
    secret = secrets.token_hex(32)
    return Lottery.objects.create(
        slot=slot,
        closes_at=dates.closes_at,
        draws_at=dates.draws_at,
        secret=secret,
        commitment=hashlib.sha256(secret.encode()).hexdigest(),
    )
