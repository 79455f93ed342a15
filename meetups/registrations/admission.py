"""Rules that decide the state of a newcomer, and the deadlines behind them. Pure functions, used by pages and by the pen."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from meetups.core.zones import days_before
from meetups.events.models import Event
from meetups.registrations.models import Lottery, Registration, Slot

# The draw is on a whole minute, at least this long after entries close.
BEFORE_DRAW = timedelta(minutes=30)


def way_in(slot: Slot, lottery: Lottery | None, *, someone_waits: bool, at: datetime) -> Registration.State:
    """The state in which a newcomer to a general slot lands at `at` (RULES 2, 9, 10).

    In a mixed slot the first-come seats go first. People who already wait come before the newcomer, even where a seat is free.
    """
    if lottery is not None and not lottery.is_drawn:
        if not lottery.takes_entries(at):
            return Registration.State.WAITLISTED
        return Registration.State.CONFIRMED if slot.first_come_left > 0 else Registration.State.APPLIED
    if slot.seats_left and not someone_waits:
        return Registration.State.CONFIRMED
    return Registration.State.WAITLISTED


def seats_to_give(slot: Slot, lottery: Lottery | None) -> int:
    """The free seats of `slot` that no draw has promised. Seats of a frozen manifest go only to its entries (RULES 10)."""
    waits_for_its_draw = lottery is not None and lottery.state in {Lottery.State.FROZEN, Lottery.State.SEEDED}
    promised = (lottery.seats or 0) if lottery and waits_for_its_draw else 0
    return max(slot.seats_left - promised, 0)


def fallback_slot(event: Event, slots: Iterable[tuple[Slot, Lottery | None]], at: datetime) -> Slot | None:
    """The slot to which a seat falls back when its duty ends (RULES 21).

    This is a lottery that still takes entries, or else the first slot in which anyone can ask for a place (RULES 42). None where
    there is no such slot, its registration has closed, or registration has not opened yet (RULES 220).
    """
    if event.opens_later(at):
        return None
    general = [(slot, lottery) for slot, lottery in slots if slot.is_general]
    open_lottery = (slot for slot, lottery in general if lottery and lottery.takes_entries(at))
    slot = next(open_lottery, general[0][0] if general else None)
    return slot if slot and at < slot.closes_at else None


@dataclass(frozen=True)
class Deadlines:
    """The deadlines of a slot. Free cancellation ends ≤ promotion stops ≤ start; `closes_at` is when registration closes."""

    closes_at: datetime
    free_cancellation_ends_at: datetime
    promotion_stops_at: datetime


def usual_deadlines(starts_at: datetime, format: str) -> Deadlines:  # noqa: A002 - the field's word
    """Where people travel, free cancellation ends 48 h and promotion stops 24 h before the start.

    Online, free cancellation ends 1 h before the start and promotion stops at the start.
    """
    if format == Event.Format.ONLINE:
        return Deadlines(starts_at, starts_at - timedelta(hours=1), starts_at)
    return Deadlines(starts_at, starts_at - timedelta(hours=48), starts_at - timedelta(hours=24))


@dataclass(frozen=True)
class LotteryDates:
    """T, when entries close, and D, when the draw takes place."""

    closes_at: datetime
    draws_at: datetime


def usual_lottery_dates(starts_at: datetime, zone: str, at: datetime) -> LotteryDates:
    """The draw at noon four days before the event; entries close on the evening before the draw.

    If the event is announced too late for this, the draw is half-way between now and the start. Entries then close an eighth of
    the remaining time (at least 30 minutes) before the draw.
    """
    draws_at = days_before(starts_at, 4, time(12), zone)
    closes_at = days_before(starts_at, 5, time(23, 59), zone)
    if closes_at < at + timedelta(hours=12):
        left = starts_at - at
        draws_at = (at + left / 2).replace(second=0, microsecond=0)
        closes_at = (draws_at - max(left / 8, BEFORE_DRAW)).replace(second=0, microsecond=0)
    return LotteryDates(closes_at, draws_at)
