"""Places that wait for their person (RULES 27), and those that an organizer gives by hand (RULES 4)."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.history.models import record
from meetups.registrations.ledger import Guest
from meetups.registrations.models import HeldPlace, Registration, Slot
from meetups.registrations.moving_up import MovingUp
from meetups.registrations.refusals import AlreadyRegistered, SlotIsFull

State = Registration.State


class HeldPlaces(MovingUp):
    """Their steps."""

    def hold_place(self, place: HeldPlace, *, by: User | None) -> HeldPlace:
        """Saves `place`, which is new; with `has_seat` a seat of its slot is kept from now on. Raises SlotIsFull where none is free."""
        slot = self.slots[place.slot_id]
        if place.has_seat:
            if not slot.seats_left:
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

    def take_place(self, place: HeldPlace, person: User, *, at: datetime, verb: str, tell: str) -> Registration:
        """`person` takes the seat that was held for her. Raises AlreadyRegistered; a place without a seat is not taken by this."""
        if self.registration_of(person):
            raise AlreadyRegistered
        slot = self.slots[place.slot_id]
        self._close(place, HeldPlace.State.TAKEN, at=at, by=person)
        registration = self.new(slot, person, at=at)
        registration.answers = place.answers
        self.move(
            registration, slot, State.CONFIRMED, at=at, by=person, verb=verb, tell=tell, above=place.above_capacity
        )
        place.registration = registration
        place.save(update_fields=["registration"])
        return registration

    def bring_in(
        self, slot: Slot, person: User | Guest, *, above: bool, at: datetime, by: User, verb: str, tell: str
    ) -> Registration:
        """An organizer gives a seat by hand: a free one, or with `above` one outside the count. Raises SlotIsFull, AlreadyRegistered."""
        slot = self.slots[slot.pk]
        if self.registration_of(person):
            raise AlreadyRegistered
        if not slot.seats_left and not above:
            raise SlotIsFull
        registration = self.new(slot, person, at=at)
        self.move(registration, slot, State.CONFIRMED, at=at, by=by, verb=verb, tell=tell, above=not slot.seats_left)
        return registration

    def _close(self, place: HeldPlace, state: HeldPlace.State, *, at: datetime, by: User | None) -> None:
        before, place.state, place.ended_at = place.state, state, at
        place.save(update_fields=["state", "ended_at"])
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
