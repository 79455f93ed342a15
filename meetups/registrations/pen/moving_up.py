"""Who is next: promotion into free seats, and offers of seats that are handed over."""

from datetime import datetime, timedelta
from itertools import groupby

from django.db.models import Count, Q

from meetups.accounts.models import User
from meetups.history.models import record
from meetups.notifications.notify import notification, notify_all
from meetups.registrations.models import Offer, PairInvitation, Registration, Slot
from meetups.registrations.pen.ledger import Ledger
from meetups.registrations.pen.queue import can_hand_over, somebody_moves_up
from meetups.registrations.pen.reading import someone_waits

State = Registration.State

# How long somebody has to answer an offer (RULES 7).
ANSWER_TIME = timedelta(hours=6)


class MovingUp(Ledger):
    """The steps of a queue."""

    def someone_waits(self, slot: Slot) -> bool:
        """Whether a newcomer would overtake somebody: a pair that does not fit keeps its place and holds up nobody (RULES 3)."""
        if slot.takes_pairs and slot.seats_left:
            waiting = Registration.objects.filter(slot=slot, state=State.WAITLISTED)
            return waiting.values("place").annotate(size=Count("pk")).filter(size__lte=slot.seats_left).exists()
        if self._newcomer:
            return slot.pk in self._newcomer.waited_for
        return someone_waits(slot)

    def promote(self, slot: Slot, *, at: datetime) -> int:
        """Moves the queue up into free seats, first first, in one transaction with what freed them; then passes on the seats that are
        handed over. Returns how many moved.
        """
        slot = self.slots[slot.pk]
        changes = []
        if slot.promotion_is_open(at) and not slot.awaits_draw:
            changes = [
                self.change(waiting, slot, State.CONFIRMED, at=at, by=None, verb="promote", tell="promoted")
                for waiting in self._next_in(slot)
            ]
            self.write(changes)
        if slot.is_general and slot.free_cancellation_ends_at <= at:
            self.pass_on(slot, at=at)
        return len(changes)

    def _next_in(self, slot: Slot) -> list[Registration]:
        """Those who fit into the free seats: the first entry that does, then the next; a pair moves together or not at all (RULES 3)."""
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

    # Two who entered a lottery together (RULES 17)

    def split(self, registration: Registration, *, at: datetime) -> None:
        """`registration` has gone her own way: who stays is single now, keeps their entry in a manifest, and is told.

        Call it after the step that parted them; for somebody who was alone it only ends the link that she had passed on.
        """
        self._end_invitation(registration, at=at)
        second = registration.lead is not None
        stays = registration.lead or Registration.objects.filter(lead=registration).first()
        if stays is None:
            return
        if second:
            registration.lead = None
            registration.save(update_fields=["lead"])
        else:
            entry = self.entries_left.pop(registration.pk, None)
            if entry and registration.entry_id == entry:
                registration.entry_id = None
                registration.save(update_fields=["entry_id"])
            stays.lead = None
            stays.entry_id = entry or stays.entry_id
            stays.save(update_fields=["lead", "entry_id"])
        lead = stays if second else registration
        invitation = (
            PairInvitation.objects.filter(lead=lead, state=PairInvitation.State.ACCEPTED).order_by("-pk").first()
        )
        if invitation is None or not stays.is_active or stays.attendee_id is None:
            return
        cause = record(thread=self.event.thread, subject=invitation.subject, verb="part", at=at, by=None)
        notify_all(
            [
                notification(
                    kind="pair_parted",
                    recipient_id=stays.attendee_id,
                    thread=self.event.thread,
                    subject=invitation.subject,
                    cause=cause.pk,
                    at=at,
                )
            ]
        )

    def _end_invitation(self, lead: Registration, *, at: datetime) -> None:
        invitation = PairInvitation.objects.filter(lead=lead, state=PairInvitation.State.OPEN).first()
        if invitation:
            self.end_invitation(invitation, PairInvitation.State.WITHDRAWN, at=at, by=None)

    def end_invitation(
        self, invitation: PairInvitation, state: PairInvitation.State, *, at: datetime, by: User | None
    ) -> None:
        """The link of a pair was answered, or leads nowhere any more."""
        before, invitation.state, invitation.ended_at = invitation.state, state, at
        invitation.save(update_fields=["state", "ended_at"])
        record(
            thread=self.event.thread,
            subject=invitation.subject,
            verb="end_pair_invitation",
            at=at,
            by=by,
            from_state=before,
            to_state=state,
        )

    # Seats that are handed over (RULES 7)

    def must_hand_over(self, registration: Registration, *, at: datetime) -> bool:
        """Whether a person who leaves now waits until the next one has taken her seat."""
        slot = self.slots[registration.slot_id]
        return can_hand_over(registration, slot, at) and somebody_moves_up(registration, slot)

    def hand_over(self, registration: Registration, *, at: datetime, by: User) -> None:
        """She cannot come: her seat is offered to the next in the queue, and is hers until somebody takes it."""
        if registration.hands_over_at:
            return
        registration.hands_over_at = at
        slot = self.slots[registration.slot_id]
        self.move(registration, slot, State.CONFIRMED, at=at, by=by, verb="hand_over", tell="handing_over")
        self.pass_on(slot, at=at)

    def keep_seat(self, registration: Registration, *, at: datetime, by: User) -> None:
        """She can come after all: whoever was asked is told."""
        if registration.hands_over_at is None:
            return
        registration.hands_over_at = None
        slot = self.slots[registration.slot_id]
        self.move(registration, slot, State.CONFIRMED, at=at, by=by, verb="keep_seat", tell="seat_kept")
        self.pass_on(slot, at=at)

    def take_over(self, offer: Offer, *, at: datetime, by: User) -> None:
        """The seat moves from one to the other, in one step."""
        slot = self.slots[offer.giver.slot_id]
        self._end(offer, Offer.State.ACCEPTED, at=at)
        given = self.change(offer.giver, slot, State.CANCELLED, at=at, by=by, verb="cancel", tell="handed_over")
        taken = self.change(offer.taker, slot, State.CONFIRMED, at=at, by=by, verb="take_over", tell="promoted")
        self.write([given, taken])
        if slot.takes_pairs:
            self.split(offer.giver, at=at)

    def decline(self, offer: Offer, *, at: datetime, by: User) -> None:
        """Whoever does not want the seat leaves the queue, and the seat goes to the next."""
        slot = self.slots[offer.giver.slot_id]
        self._end(offer, Offer.State.DECLINED, at=at)
        self.move(offer.taker, slot, State.CANCELLED, at=at, by=by, verb="cancel", tell="left")
        self.pass_on(slot, at=at)

    def pass_on(self, slot: Slot, *, at: datetime) -> None:
        """Ends the offers that nothing came of and makes the next ones. Who hands over leaves when nobody waits any more, and when
        promotion stops (RULES 7, 8).
        """
        slot = self.slots[slot.pk]
        offers = Offer.objects.open().filter(Q(giver__slot=slot) | Q(taker__slot=slot)).select_related("giver", "taker")
        for offer in offers:
            if not self.stands(offer):
                self._end(offer, Offer.State.WITHDRAWN, at=at)
            elif offer.answer_by <= at:
                self._end(offer, Offer.State.LAPSED, at=at)
            elif not slot.hands_over(at):
                self._end(offer, Offer.State.WITHDRAWN, at=at)
            elif offer.answer_by > slot.promotion_stops_at:
                self._shorten(offer, slot, at=at)
        givers = list(Registration.objects.filter(slot=slot).handing_over().select_related("attendee"))
        if not givers:
            return
        queue = list(Registration.objects.filter(slot=slot).waiting())
        if not queue or not slot.hands_over(at):
            for giver in givers:
                if slot.takes_pairs:
                    # Her partner may have left a moment ago.
                    giver.refresh_from_db(fields=["lead", "entry_id"])
                self.move(giver, slot, State.CANCELLED, at=at, by=giver.attendee, verb="cancel", tell="left")
                if slot.takes_pairs:
                    self.split(giver, at=at)
            if queue:
                # The event has moved, and seats go to the next at once again.
                self.promote(slot, at=at)
            return
        sizes = {place: len(list(members)) for place, members in groupby(queue, key=lambda waiting: waiting.place)}
        singles = [waiting for waiting in queue if sizes[waiting.place] == 1]
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

    def stands(self, offer: Offer) -> bool:
        """Whether the seat is still given away, and still wanted."""
        giver, taker = offer.giver, offer.taker
        return (
            giver.state == State.CONFIRMED
            and giver.hands_over_at is not None
            and giver.checked_in_at is None
            and taker.state == State.WAITLISTED
            and taker.slot_id == giver.slot_id
        )

    def _offer(self, giver: Registration, taker: Registration, slot: Slot, *, at: datetime) -> None:
        offer = Offer.objects.create(
            giver=giver, taker=taker, made_at=at, answer_by=min(at + ANSWER_TIME, slot.promotion_stops_at)
        )
        record(thread=self.event.thread, subject=offer.subject, verb="offer_seat", at=at, by=None, to_state=offer.state)
        self._tell(offer, "seat_offered", taker, at=at, not_after=offer.answer_by)

    def _shorten(self, offer: Offer, slot: Slot, *, at: datetime) -> None:
        """The event has moved: an answer is never due after promotion stops, and whoever was asked learns the new time."""
        offer.answer_by = slot.promotion_stops_at
        offer.save(update_fields=["answer_by"])
        self._tell(offer, "seat_offered", offer.taker, at=at, not_after=offer.answer_by)

    def _end(self, offer: Offer, state: Offer.State, *, at: datetime) -> None:
        before, offer.state, offer.ended_at = offer.state, state, at
        offer.save(update_fields=["state", "ended_at"])
        record(
            thread=self.event.thread,
            subject=offer.subject,
            verb="end_offer",
            at=at,
            by=None,
            from_state=before,
            to_state=state,
        )
        if state in {Offer.State.LAPSED, Offer.State.WITHDRAWN} and offer.taker.state == State.WAITLISTED:
            self._tell(offer, "offer_ended", offer.taker, at=at)

    def _tell(
        self, offer: Offer, kind: str, person: Registration, *, at: datetime, not_after: datetime | None = None
    ) -> None:
        if person.attendee_id:
            notify_all(
                [
                    notification(
                        kind=kind,
                        recipient_id=person.attendee_id,
                        thread=self.event.thread,
                        subject=offer.subject,
                        cause=f"{offer.state}-{offer.answer_by:%Y%m%d%H%M}",
                        at=at,
                        not_after=not_after,
                    )
                ]
            )
