"""The queue: who moves up into a free seat, and to whom a seat is handed over (RULES 3, 7, 8)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from meetups.accounts.models import User
from meetups.registrations.models import Offer, Registration, Slot
from meetups.registrations.pen.ledger import Ledger
from meetups.registrations.pen.pair_entries import PairEntries
from meetups.registrations.pen.seat_offers import SeatOffers, can_hand_over, singles_in, someone_can_take

State = Registration.State


@dataclass
class Queue:
    """The queues of the slots of one event."""

    ledger: Ledger
    offers: SeatOffers
    pairs: PairEntries

    def promote(self, slot: Slot, *, at: datetime) -> int:
        """Moves the queue up into free seats, in order, in the same transaction that freed them. Returns how many moved.

        Then it passes on the seats that are being handed over.
        """
        slot = self.ledger.slots[slot.pk]
        changes = []
        if slot.promotion_is_open(at) and not slot.awaits_draw:
            changes = [
                self.ledger.change(waiting, slot, State.CONFIRMED, at=at, by=None, verb="promote", tell="promoted")
                for waiting in self._next_in(slot)
            ]
            self.ledger.write(changes)
        if slot.is_general and slot.free_cancellation_ends_at <= at:
            self.pass_on(slot, at=at)
        return len(changes)

    def vacate(self, slot: Slot, left: Iterable[Registration], *, at: datetime) -> None:
        """Handles the places in `slot` that people have left: it separates their pairs and moves the queue up."""
        if slot.takes_pairs:
            for registration in left:
                self.pairs.split(registration, at=at)
        self.promote(slot, at=at)

    def _next_in(self, slot: Slot) -> list[Registration]:
        """The people who fit into the free seats, in the order of the queue. A pair moves up together or not at all."""
        left = slot.seats_left
        if not left:
            return []
        queue = Registration.objects.select_related("attendee").filter(slot=slot).waiting()
        if not slot.takes_pairs:
            return list(queue[:left])
        found: list[Registration] = []
        for _place, members in groupby(queue, key=lambda waiting: waiting.place):
            entry = list(members)
            if len(entry) <= left:
                found += entry
                left -= len(entry)
        return found

    # Seats that are handed over

    def must_hand_over(self, registration: Registration, *, at: datetime) -> bool:
        """Whether a person who leaves now must wait until the next one has taken the seat."""
        slot = self.ledger.slots[registration.slot_id]
        return can_hand_over(registration, slot, at) and someone_can_take(registration, slot)

    def hand_over(self, registration: Registration, *, at: datetime, by: User) -> None:
        """Offers the seat of a person who cannot come to the queue. It stays theirs until someone takes it."""
        if registration.hands_over_at:
            return
        registration.hands_over_at = at
        slot = self.ledger.slots[registration.slot_id]
        self.ledger.move(registration, slot, State.CONFIRMED, at=at, by=by, verb="hand_over", tell="handing_over")
        self.pass_on(slot, at=at)

    def keep_seat(self, registration: Registration, *, at: datetime, by: User) -> None:
        """Ends the hand-over because the person can come after all. The person who had the offer is told."""
        if registration.hands_over_at is None:
            return
        registration.hands_over_at = None
        slot = self.ledger.slots[registration.slot_id]
        self.ledger.move(registration, slot, State.CONFIRMED, at=at, by=by, verb="keep_seat", tell="seat_kept")
        self.pass_on(slot, at=at)

    def accept(self, offer: Offer, *, at: datetime, by: User) -> None:
        """Moves the seat from giver to taker, in one step. Other givers leave if no one waits any longer (RULES 46)."""
        slot = self.ledger.slots[offer.giver.slot_id]
        self.offers.end(offer, Offer.State.ACCEPTED, at=at)
        given = self.ledger.change(offer.giver, slot, State.CANCELLED, at=at, by=by, verb="cancel", tell="handed_over")
        taken = self.ledger.change(offer.taker, slot, State.CONFIRMED, at=at, by=by, verb="take_over", tell="promoted")
        self.ledger.write([given, taken])
        if slot.takes_pairs:
            self.pairs.split(offer.giver, at=at)
        self.pass_on(slot, at=at)

    def decline(self, offer: Offer, *, at: datetime, by: User) -> None:
        """Removes the person who does not want the seat from the queue, and passes the seat on."""
        slot = self.ledger.slots[offer.giver.slot_id]
        self.offers.end(offer, Offer.State.DECLINED, at=at)
        self.ledger.move(offer.taker, slot, State.CANCELLED, at=at, by=by, verb="cancel", tell="left")
        self.pass_on(slot, at=at)

    def pass_on(self, slot: Slot, *, at: datetime) -> None:
        """Ends the offers that led to nothing, and makes the next ones.

        If no one on the waitlist can get the offer, or promotion has stopped, the giver leaves.
        """
        slot = self.ledger.slots[slot.pk]
        self.offers.review(slot, at=at)
        givers = list(Registration.objects.filter(slot=slot).handing_over().select_related("attendee"))
        if not givers:
            return
        queue = list(Registration.objects.filter(slot=slot).waiting())
        singles = singles_in(queue)
        if singles and slot.hands_over(at):
            self.offers.make(givers, singles, slot, at=at)
            return
        for giver in givers:
            self._let_go(giver, slot, at=at)
        if queue:
            # The event has moved and free seats go straight to the next person again, or a pair now fits.
            self.promote(slot, at=at)

    def _let_go(self, giver: Registration, slot: Slot, *, at: datetime) -> None:
        """Ends the registration of the person who cannot come."""
        if slot.takes_pairs:
            # The partner may have left a moment ago.
            giver.refresh_from_db(fields=["lead", "entry_id"])
        self.ledger.move(giver, slot, State.CANCELLED, at=at, by=giver.attendee, verb="cancel", tell="left")
        if slot.takes_pairs:
            self.pairs.split(giver, at=at)
