"""What a copy of an event has from its source. Each room declares its parts in a module of this name; `lifecycle` knows the rooms."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.events.models import Event
from meetups.history.models import record
from meetups.registrations.admission import LotteryDates
from meetups.registrations.models import (
    HeldPlace,
    Hold,
    Lottery,
    Offer,
    PairInvitation,
    Reconfirmation,
    Registration,
    Slot,
)
from meetups.registrations.new_slots import LotteryTerms, announce_lottery
from meetups.registrations.questions.questions import questions_of


@dataclass(frozen=True)
class EventCopy:
    """The draft `event` becomes a copy of `source`, which stays as it is.

    Parts come with the dates that they have there. Afterwards they move with the event to `starts_at`, as they do when an event
    moves (`dates_that_move`). `slots` has the new slots by the primary key of the old ones.
    """

    source: Event
    event: Event
    starts_at: datetime
    at: datetime
    by: User
    slots: dict[int, Slot] = field(default_factory=dict)


@dataclass(frozen=True)
class CopiedPart:
    """The declaration of one model: the fields in `carried` come along as they are, and `step` makes the rows."""

    model: type[Model]
    carried: tuple[str, ...]
    step: Callable[[EventCopy], None]


@dataclass(frozen=True)
class LeftOut:
    """What does not come along: in words for organizers (none where it makes itself), and the models that it is kept in."""

    said: str | Promise
    models: tuple[type[Model], ...] = ()


def twin[M: Model](one: M, carried: Iterable[str], **more: Any) -> M:
    """A new object, not saved, with the fields `carried` of `one`."""
    return type(one)(**{name: getattr(one, name) for name in carried}, **more)


SLOT = (
    *("name", "admission", "capacity", "first_come_seats", "takes_pairs", "position"),
    *("closes_at", "free_cancellation_ends_at", "promotion_stops_at"),
)
TERMS = ("source", "source_note", "favours", "lighter_for_no_shows")
RECONFIRMATION = ("ask_at", "answer_by", "releases_silent")


def copy_slots(copy: EventCopy) -> None:
    """Slots without people. Of their questions come those that are asked."""
    for slot in Slot.objects.filter(event=copy.source).in_order():
        new = twin(slot, SLOT, event=copy.event, questions=[one.as_json() for one in questions_of(slot)])
        new.save()
        copy.slots[slot.pk] = new


def copy_lotteries(copy: EventCopy) -> None:
    """The terms with the dates that were chosen (RULES 36), and a secret of its own."""
    for lottery in Lottery.objects.filter(slot__event=copy.source, slot__admission=Slot.Admission.LOTTERY):
        dates = LotteryDates(lottery.chosen_closes_at or lottery.closes_at, lottery.chosen_draws_at or lottery.draws_at)
        terms = LotteryTerms(**{name: getattr(lottery, name) for name in TERMS})
        announce_lottery(copy.slots[lottery.slot_id], dates, terms)


def copy_reconfirmations(copy: EventCopy) -> None:
    """The attendance checks, planned again."""
    for question in Reconfirmation.objects.filter(slot__event=copy.source):
        new = twin(question, RECONFIRMATION, slot=copy.slots[question.slot_id])
        new.save()
        record(thread=copy.event.thread, subject=new.subject, verb="plan", at=copy.at, by=copy.by, to_state=new.state)


# The order matters: later steps look up the slots of earlier ones.
COPIED = (
    CopiedPart(Slot, SLOT, copy_slots),
    CopiedPart(Lottery, (*TERMS, "closes_at", "draws_at"), copy_lotteries),
    CopiedPart(Reconfirmation, RECONFIRMATION, copy_reconfirmations),
)
LEFT_OUT = (
    LeftOut(_("registrations and answers"), (Registration, Hold, Offer, PairInvitation)),
    LeftOut(_("invitations and reserved places"), (HeldPlace,)),
    LeftOut(_("check-ins and no-shows")),
    LeftOut(_("lottery results")),
)
