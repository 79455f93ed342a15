"""A step that makes the slots of a new event; the caller has opened the transaction."""

import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

from meetups.events.models import Event
from meetups.registrations.admission import LotteryDates, usual_deadlines
from meetups.registrations.models import Lottery, Slot


@dataclass(frozen=True)
class LotteryTerms:
    """What is announced about a lottery besides its dates. `source_note` says which value is entered, and in what form."""

    source: Lottery.Source = Lottery.Source.SECRET
    source_note: str = ""
    favours: Lottery.Favours = Lottery.Favours.NOBODY
    lighter_for_no_shows: bool = False


USUAL_TERMS = LotteryTerms()


@dataclass(frozen=True)
class SlotPlan:
    """An organizer's settings for a new slot.

    `lottery` is set only for admission by lottery. The three fields after it also apply only to a lottery. In a mixed slot,
    `first_come_seats` seats go to the people who come first.
    """

    name: str
    admission: Slot.Admission
    capacity: int
    lottery: LotteryDates | None = None
    terms: LotteryTerms = USUAL_TERMS
    first_come_seats: int = 0
    takes_pairs: bool = False


def open_slots(event: Event, plans: list[SlotPlan]) -> list[Slot]:
    """Creates the slots of `event` in this order, with the usual deadlines, and what the event asks everyone."""
    deadlines = usual_deadlines(event.starts_at, event.format)
    there = list(event.slots.values_list("questions", flat=True))
    asked = [one for one in there[0] if one["id"].startswith(Slot.FOR_ALL)] if there else []
    more = {**deadlines.__dict__, "questions": asked}
    return [_open_slot(event, plan, len(there) + number, more) for number, plan in enumerate(plans)]


def _open_slot(event: Event, plan: SlotPlan, position: int, more: dict[str, Any]) -> Slot:
    slot = Slot.objects.create(
        event=event,
        name=plan.name,
        admission=plan.admission,
        capacity=plan.capacity,
        position=position,
        first_come_seats=plan.first_come_seats if plan.lottery else 0,
        takes_pairs=plan.takes_pairs and plan.lottery is not None,
        **more,
    )
    if plan.lottery:
        announce_lottery(slot, plan.lottery, plan.terms)
    return slot


def announce_lottery(slot: Slot, dates: LotteryDates, terms: LotteryTerms) -> Lottery:
    """Creates the lottery. The secret is made now, before entries open, so that its hash can be published."""
    secret = secrets.token_hex(32)
    return Lottery.objects.create(
        slot=slot,
        closes_at=dates.closes_at,
        draws_at=dates.draws_at,
        **terms.__dict__,
        secret=secret,
        commitment=hashlib.sha256(secret.encode()).hexdigest(),
    )
