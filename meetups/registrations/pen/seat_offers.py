"""Seats that are handed over: when this happens, and the offers to the people in the queue (RULES 7)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from meetups.core.errors import DomainError
from meetups.history.models import record
from meetups.notifications.notify import notification, notify_all
from meetups.registrations.models import Offer, Registration, Slot
from meetups.registrations.pen.ledger import Ledger
from meetups.registrations.pen.queries import someone_fits
from meetups.registrations.refusals import EventClosed

State = Registration.State

# How long a person has to answer an offer.
ANSWER_TIME = timedelta(hours=6)


class OfferIsOver(DomainError):
    message = _("This offer has ended: the deadline has passed, or the seat is no longer free. Nothing was changed.")


def someone_moves_up(registration: Registration, slot: Slot) -> bool:
    """Whether giving back the seat in `slot` lets someone in. No one moves up before a draw, or into a seat outside the count."""
    return _is_for_the_queue(registration, slot) and someone_fits(slot, slot.seats_left + 1)


def someone_can_take(registration: Registration, slot: Slot) -> bool:
    """Whether someone waits to whom this seat can be offered. A pair is not offered a single seat (RULES 45)."""
    return _is_for_the_queue(registration, slot) and someone_fits(slot, 1)


def _is_for_the_queue(registration: Registration, slot: Slot) -> bool:
    return not registration.above_capacity and not slot.awaits_draw


def can_hand_over(registration: Registration, slot: Slot, at: datetime) -> bool:
    """Whether a seat is handed over, and not given back, when someone waits for it. No query."""
    return registration.state == State.CONFIRMED and registration.checked_in_at is None and slot.hands_over(at)


def singles_in(queue: Iterable[Registration]) -> list[Registration]:
    """The people in `queue` who wait alone. Only they are offered a seat (RULES 45)."""
    entries = [list(members) for _place, members in groupby(queue, key=lambda waiting: waiting.place)]
    return [entry[0] for entry in entries if len(entry) == 1]


@dataclass
class SeatOffers:
    """The offers of one event. No seat moves here; the queue does that."""

    ledger: Ledger

    def fresh(self, offer: Offer) -> Offer:
        """The offer as it stands under the lock, with both people."""
        offers = Offer.objects.select_related("giver__attendee", "taker__attendee")
        return offers.get(pk=offer.pk, taker__event=self.ledger.event)

    def stands(self, offer: Offer) -> bool:
        """Whether the giver still gives the seat away, and the taker still waits for it."""
        giver, taker = offer.giver, offer.taker
        return (
            giver.state == State.CONFIRMED
            and giver.hands_over_at is not None
            and giver.checked_in_at is None
            and taker.state == State.WAITLISTED
            and taker.slot_id == giver.slot_id
        )

    def refuse_what_is_over(self, offer: Offer, *, at: datetime) -> None:
        """Raises EventClosed, or OfferIsOver where the time to answer has passed or the offer no longer stands."""
        if not self.ledger.event.is_open(at):
            raise EventClosed
        if offer.state != Offer.State.OPEN or offer.answer_by <= at or not self.stands(offer):
            raise OfferIsOver

    def review(self, slot: Slot, *, at: datetime) -> None:
        """Ends the offers in `slot` that led to nothing."""
        offers = Offer.objects.open().filter(Q(giver__slot=slot) | Q(taker__slot=slot)).select_related("giver", "taker")
        for offer in offers:
            if not self.stands(offer):
                self.end(offer, Offer.State.WITHDRAWN, at=at)
            elif offer.answer_by <= at:
                self.end(offer, Offer.State.LAPSED, at=at)
            elif not slot.hands_over(at):
                self.end(offer, Offer.State.WITHDRAWN, at=at)
            elif offer.answer_by > slot.promotion_stops_at:
                self._shorten(offer, slot, at=at)

    def make(
        self, givers: Sequence[Registration], singles: Sequence[Registration], slot: Slot, *, at: datetime
    ) -> None:
        """Offers each seat without an open offer to the first of `singles`, in the order of the queue, who is free for it.

        That person has no open offer, and has not let an offer of this seat pass.
        """
        asked = Offer.objects.filter(giver__in=givers)
        busy = {offer.taker_id for offer in asked if offer.state == Offer.State.OPEN}
        has_offer = {offer.giver_id for offer in asked if offer.state == Offer.State.OPEN}
        refused = {(offer.giver_id, offer.taker_id) for offer in asked if offer.state == Offer.State.LAPSED}
        for giver in givers:
            if giver.pk in has_offer:
                continue
            taker = next((one for one in singles if one.pk not in busy and (giver.pk, one.pk) not in refused), None)
            if taker:
                busy.add(taker.pk)
                self._offer(giver, taker, slot, at=at)

    def end(self, offer: Offer, state: Offer.State, *, at: datetime) -> None:
        """Ends an offer that was answered or led to nothing. In the second case the person who had the offer is told."""
        before, offer.state, offer.ended_at = offer.state, state, at
        offer.save(update_fields=["state", "ended_at"])
        record(
            thread=self.ledger.event.thread,
            subject=offer.subject,
            verb="end_offer",
            at=at,
            by=None,
            from_state=before,
            to_state=state,
        )
        if state in {Offer.State.LAPSED, Offer.State.WITHDRAWN} and offer.taker.state == State.WAITLISTED:
            self._tell(offer, "offer_ended", at=at)

    def _offer(self, giver: Registration, taker: Registration, slot: Slot, *, at: datetime) -> None:
        offer = Offer.objects.create(
            giver=giver, taker=taker, made_at=at, answer_by=min(at + ANSWER_TIME, slot.promotion_stops_at)
        )
        thread = self.ledger.event.thread
        record(thread=thread, subject=offer.subject, verb="offer_seat", at=at, by=None, to_state=offer.state)
        self._tell(offer, "seat_offered", at=at, not_after=offer.answer_by)

    def _shorten(self, offer: Offer, slot: Slot, *, at: datetime) -> None:
        """Shortens an offer after the event has moved, and sends the new deadline. No answer is due after promotion stops."""
        offer.answer_by = slot.promotion_stops_at
        offer.save(update_fields=["answer_by"])
        self._tell(offer, "seat_offered", at=at, not_after=offer.answer_by)

    def _tell(self, offer: Offer, kind: str, *, at: datetime, not_after: datetime | None = None) -> None:
        told = notification(
            kind=kind,
            recipient_id=offer.taker.attendee_id,
            thread=self.ledger.event.thread,
            subject=offer.subject,
            cause=f"{offer.state}-{offer.answer_by:%Y%m%d%H%M}",
            at=at,
            not_after=not_after,
        )
        notify_all([told])
