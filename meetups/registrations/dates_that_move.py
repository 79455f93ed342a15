"""Dates that move with an event. Each room declares its dates in a module of this name; `lifecycle` knows the rooms."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Model

from meetups.accounts.models import User
from meetups.core.zones import move_instant, moved_span
from meetups.events.models import Event
from meetups.notifications.notify import notification, notify_all
from meetups.registrations.admission import LotteryDates, usual_lottery_dates
from meetups.registrations.models import HeldPlace, Lottery, Reconfirmation, Slot
from meetups.registrations.pen.seats import Seats
from meetups.registrations.reconfirmation import move_question
from meetups.registrations.refusals import TooSoonForALottery


@dataclass(frozen=True)
class EventMove:
    """An event moves to another date. `seats.event` already has the new date, and its seat lock is held."""

    seats: Seats
    old_start: datetime
    old_end: datetime
    at: datetime
    by: User

    @property
    def event(self) -> Event:
        return self.seats.event

    @property
    def is_draft(self) -> bool:
        """Whether no one was ever told the old date."""
        return self.event.state == Event.State.DRAFT

    def with_start(self, instant: datetime) -> datetime:
        """The new value of an `instant` that moves with the start: the same distance on the event's own clock."""
        return move_instant(instant, self.old_start, self.event.starts_at, self.event.time_zone)

    def with_end(self, instant: datetime) -> datetime:
        """The new value of an `instant` that moves with the end."""
        return move_instant(instant, self.old_end, self.event.ends_at, self.event.time_zone)


@dataclass(frozen=True)
class MovingDates:
    """The declaration of one model: `fields` move with the event, and `step` moves them."""

    model: type[Model]
    fields: tuple[str, ...]
    step: Callable[[EventMove], None]


def move_opening(move: EventMove) -> None:
    """What is open stays open. A draft was announced to no one, so its opening always moves (RULES 221)."""
    event, opens_at = move.event, move.event.registration_opens_at
    if opens_at and (move.is_draft or opens_at > move.at or opens_at >= event.starts_at):
        # Saved with the event itself.
        event.registration_opens_at = move.with_start(opens_at)


def move_slots(move: EventMove) -> None:
    for slot in move.seats.slots.values():
        slot.closes_at = move.with_start(slot.closes_at)
        slot.free_cancellation_ends_at = move.with_start(slot.free_cancellation_ends_at)
        # In a night in which the clocks go forward one could overtake the other.
        slot.promotion_stops_at = max(move.with_start(slot.promotion_stops_at), slot.free_cancellation_ends_at)
        slot.save(update_fields=["closes_at", "free_cancellation_ends_at", "promotion_stops_at"])


def move_lotteries(move: EventMove) -> None:
    """Moves the lotteries that still take entries. Raises TooSoonForALottery.

    If the event comes so near that entries would close in the past, the lottery gets new dates. Those that were chosen move along, and
    hold again as soon as they are ahead (RULES 36).
    """
    if move.event.starts_at == move.old_start:
        return
    for lottery in filter(None, map(move.seats.lottery_of, move.seats.slots.values())):
        if lottery.state != Lottery.State.ANNOUNCED or not (lottery.closes_at > move.at or move.is_draft):
            continue
        closes, draws = lottery.chosen_closes_at or lottery.closes_at, lottery.chosen_draws_at or lottery.draws_at
        chosen = dates = LotteryDates(*moved_span(closes, draws, move.with_start))
        if chosen.closes_at <= move.at:
            dates = usual_lottery_dates(move.event.starts_at, move.event.time_zone, move.at)
            if dates.closes_at <= move.at and move.event.is_published:
                raise TooSoonForALottery
        lottery.closes_at, lottery.draws_at = dates.closes_at, dates.draws_at
        put_off = dates != chosen
        lottery.chosen_closes_at, lottery.chosen_draws_at = (
            (chosen.closes_at, chosen.draws_at) if put_off else (None, None)
        )
        lottery.save(update_fields=["closes_at", "draws_at", "chosen_closes_at", "chosen_draws_at"])


def move_questions(move: EventMove) -> None:
    for question in Reconfirmation.objects.filter(slot__event=move.event).exclude(state=Reconfirmation.State.SETTLED):
        move_question(question, move.with_start, at=move.at)


def move_held_places(move: EventMove) -> None:
    """Moves the ends of held places. Slots and lotteries must move before this.

    An invitation stays valid for as long as was promised, and longer if the event moves to a later date. It never outlasts the
    moment when promotion stops. People who lose time through this are invited again, with the new time. A place that waits for a
    draw waits for it at its new date (RULES 104).
    """
    cut = []
    for place in HeldPlace.objects.held().filter(event=move.event, expires_at__gt=move.at).order_by("pk"):
        told = place.expires_at
        place.expires_at = _place_expires(move, place, move.seats.slots[place.slot_id])
        place.save(update_fields=["expires_at"])
        if place.kind == HeldPlace.Kind.INVITATION and place.expires_at < told:
            cut.append(place)
    notify_all(
        notification(
            kind="seat_invitation",
            address=place.email,
            language=place.language,
            thread=move.event.thread,
            subject=place.subject,
            cause=f"{place.expires_at:%Y%m%d%H%M}",
            at=move.at,
            not_after=place.expires_at,
        )
        for place in cut
    )


def _place_expires(move: EventMove, place: HeldPlace, slot: Slot) -> datetime:
    told, lottery = place.expires_at, move.seats.lottery_of(slot)
    if place.kind == HeldPlace.Kind.INVITATION:
        return min(max(told, move.with_start(told)), slot.promotion_stops_at)
    if lottery and lottery.state == Lottery.State.ANNOUNCED:
        return lottery.closes_at
    # A code is valid for half an hour, however the event moves.
    return min(told, slot.closes_at)


# The order matters: later steps read the new dates of earlier ones.
MOVING = (
    MovingDates(Event, ("registration_opens_at",), move_opening),
    MovingDates(Slot, ("closes_at", "free_cancellation_ends_at", "promotion_stops_at"), move_slots),
    MovingDates(Lottery, ("closes_at", "draws_at"), move_lotteries),
    MovingDates(Reconfirmation, ("ask_at", "answer_by"), move_questions),
    MovingDates(HeldPlace, ("expires_at",), move_held_places),
)
