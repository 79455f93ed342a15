"""Places that wait for their person (RULES 27), and those that an organizer gives by hand (RULES 4)."""

from collections.abc import Iterable
from datetime import datetime

from meetups.accounts.models import User
from meetups.history.models import record
from meetups.registrations.admission import seats_to_give
from meetups.registrations.models import HeldPlace, Hold, Registration, Slot
from meetups.registrations.pen.ledger import Guest
from meetups.registrations.pen.moving_up import MovingUp
from meetups.registrations.refusals import AlreadyRegistered, SlotIsFull

State = Registration.State


class HeldPlaces(MovingUp):
    """Their steps."""

    def seats_to_give(self, slot: Slot) -> int:
        """Free seats of `slot` that no draw has promised."""
        return seats_to_give(self.slots[slot.pk], self.lottery_of(slot))

    def hold_place(self, place: HeldPlace, *, by: User | None) -> HeldPlace:
        """Saves `place`, which is new; with `has_seat` a seat of its slot is kept from now on. Raises SlotIsFull where none is free."""
        slot = self.slots[place.slot_id]
        if place.has_seat:
            if not self.seats_to_give(slot):
                raise SlotIsFull
            self.keep_seat_for(slot, 1)
        place.event_id = self.event.pk
        place.save()
        record(
            thread=self.event.thread,
            subject=place.subject,
            verb="hold_place",
            at=place.since,
            by=by,
            to_state=place.state,
            slot=slot.public_id,
        )
        return place

    def end_place(self, place: HeldPlace, state: HeldPlace.State, *, at: datetime, by: User | None = None) -> None:
        """Nobody took it: its seat goes to who waits."""
        self._close(place, state, at=at, by=by)
        if place.has_seat:
            self.promote(self.slots[place.slot_id], at=at)

    def lapse_places(self, *, at: datetime) -> int:
        """Ends the held places of the event whose time is over. Returns how many."""
        due = list(HeldPlace.objects.lapse_due(at).filter(event_id=self.event.pk).order_by("pk"))
        for place in due:
            self.end_place(place, HeldPlace.State.LAPSED, at=at)
        return len(due)

    def take_place(
        self, place: HeldPlace, person: User, *, at: datetime, verb: str, tell: str, moves: bool = False
    ) -> Registration:
        """`person` takes the seat that was held for her. Raises AlreadyRegistered; a place without a seat is not taken by this.

        With `moves`, a registration of her own that nothing holds moves into the place, and what it leaves goes to who waits.
        """
        registration = self.registration_of(person)
        if registration and not (moves and self._may_move(registration, person)):
            raise AlreadyRegistered
        slot = self.slots[place.slot_id]
        old = self.slots[registration.slot_id] if registration else None
        self._close(place, HeldPlace.State.TAKEN, at=at, by=person)
        if registration is None:
            registration = self.new(slot, person, at=at)
            registration.answers = place.answers
        # Who says yes comes, also where she was passing her seat on.
        registration.hands_over_at = None
        self.move(
            registration, slot, State.CONFIRMED, at=at, by=person, verb=verb, tell=tell, above=place.above_capacity
        )
        if old:
            self.vacate(old, [registration], at=at)
        # She may have come by a code before, and accepts now: her registration belongs to the place that she has.
        HeldPlace.objects.filter(registration=registration).update(registration=None)
        place.registration = registration
        place.save(update_fields=["registration"])
        return registration

    def bring_in(
        self, slot: Slot, person: User | Guest, *, above: bool, at: datetime, by: User, verb: str, tell: str
    ) -> Registration:
        """An organizer gives a seat by hand: a free one, or with `above` one outside the count (RULES 4).

        Somebody who waits, or is in a lottery that still takes entries, moves out of there. Raises SlotIsFull, AlreadyRegistered.
        """
        slot = self.slots[slot.pk]
        registration = self.registration_of(person)
        old = self.slots[registration.slot_id] if registration else None
        if registration and (registration.state == State.CONFIRMED or self._waits_for_a_draw(registration)):
            raise AlreadyRegistered
        is_free = self.seats_to_give(slot) > 0
        if not is_free and not above:
            raise SlotIsFull
        registration = registration or self.new(slot, person, at=at)
        self.move(registration, slot, State.CONFIRMED, at=at, by=by, verb=verb, tell=tell, above=not is_free)
        if old:
            self.vacate(old, [registration], at=at)
        return registration

    def vacate(self, slot: Slot, left: Iterable[Registration], *, at: datetime) -> None:
        """What follows where people have left their places in `slot`: pairs are parted, and who waits moves up."""
        if slot.takes_pairs:
            for registration in left:
                self.split(registration, at=at)
        self.promote(slot, at=at)

    def _may_move(self, registration: Registration, person: User) -> bool:
        held = Hold.objects.active().filter(registration=registration).exists()
        return registration.attendee_id == person.pk and not held

    def _waits_for_a_draw(self, registration: Registration) -> bool:
        """Whether she stands in a frozen manifest: from T on that alone decides (RULES 10)."""
        return registration.state == State.APPLIED and self.is_frozen(self.slots[registration.slot_id])

    def _close(self, place: HeldPlace, state: HeldPlace.State, *, at: datetime, by: User | None) -> None:
        before, place.state, place.ended_at = place.state, state, at
        place.save(update_fields=["state", "ended_at"])
        if place.kind == HeldPlace.Kind.UNVERIFIED:
            # Nobody proved who that was, or there is an account now: nothing of it is kept. What is in memory may still be needed.
            marks = {} if state == HeldPlace.State.TAKEN else {"browser_sha256": "", "code_sha256": ""}
            HeldPlace.objects.filter(pk=place.pk).update(email="", person_key="", name="", answers={}, **marks)
        if place.has_seat:
            self.keep_seat_for(self.slots[place.slot_id], -1)
        record(
            thread=self.event.thread,
            subject=place.subject,
            verb="end_held_place",
            at=at,
            by=by,
            from_state=before,
            to_state=state,
        )
