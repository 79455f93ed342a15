"""The part of the pen for places that wait for their person (RULES 27)."""

from dataclasses import dataclass
from datetime import datetime

from meetups.accounts.models import User
from meetups.history.models import record
from meetups.registrations.models import HeldPlace, Hold, Registration
from meetups.registrations.pen.ledger import Ledger
from meetups.registrations.pen.promotion import Queue
from meetups.registrations.refusals import AlreadyRegistered, SlotIsFull

State = Registration.State


@dataclass
class HeldPlaces:
    """The held places of one event."""

    ledger: Ledger
    queue: Queue

    def hold(self, place: HeldPlace, *, by: User | None) -> HeldPlace:
        """Saves the new `place`. With `has_seat`, a seat of its slot is kept from now on. Raises SlotIsFull where none is free."""
        slot = self.ledger.slots[place.slot_id]
        if place.has_seat:
            if not self.ledger.seats_to_give(slot):
                raise SlotIsFull
            self.ledger.count_held(slot, 1)
        place.event_id = self.ledger.event.pk
        place.save()
        record(
            thread=self.ledger.event.thread,
            subject=place.subject,
            verb="hold_place",
            at=place.since,
            by=by,
            to_state=place.state,
            slot=slot.public_id,
        )
        return place

    def end(self, place: HeldPlace, state: HeldPlace.State, *, at: datetime, by: User | None = None) -> None:
        """Ends a place. If a seat was kept for it, that seat goes to the queue."""
        self._close(place, state, at=at, by=by)
        if place.has_seat:
            self.queue.promote(self.ledger.slots[place.slot_id], at=at)

    def lapse(self, *, at: datetime) -> int:
        """Ends the held places of the event whose time is over. Returns how many."""
        due = list(HeldPlace.objects.lapse_due(at).filter(event_id=self.ledger.event.pk).order_by("pk"))
        for place in due:
            self.end(place, HeldPlace.State.LAPSED, at=at)
        return len(due)

    def take(
        self, place: HeldPlace, person: User, *, at: datetime, verb: str, tell: str, moves: bool = False
    ) -> Registration:
        """Gives `person` the seat that was held for them. Raises AlreadyRegistered.

        This does not work for a place without a seat. With `moves`, the person's own registration moves into the place if nothing
        holds it. What it leaves goes to the queue.
        """
        registration = self.ledger.registration_of(person)
        if registration and not (moves and self._may_move(registration, person)):
            raise AlreadyRegistered
        slot = self.ledger.slots[place.slot_id]
        old = self.ledger.slots[registration.slot_id] if registration else None
        self._close(place, HeldPlace.State.TAKEN, at=at, by=person)
        if registration is None:
            registration = self.ledger.new(slot, person, at=at)
            registration.answers = place.answers
        # A person who accepts is coming, even if they were handing over a seat.
        registration.hands_over_at = None
        self.ledger.move(
            registration, slot, State.CONFIRMED, at=at, by=person, verb=verb, tell=tell, above=place.above_capacity
        )
        if old:
            self.queue.vacate(old, [registration], at=at)
        # The person may also have registered with a code before. The registration belongs to its latest place only.
        HeldPlace.objects.filter(registration=registration).update(registration=None)
        place.registration = registration
        place.save(update_fields=["registration"])
        return registration

    def _may_move(self, registration: Registration, person: User) -> bool:
        held = Hold.objects.active().filter(registration=registration).exists()
        return registration.attendee_id == person.pk and not held

    def _close(self, place: HeldPlace, state: HeldPlace.State, *, at: datetime, by: User | None) -> None:
        before, place.state, place.ended_at = place.state, state, at
        place.save(update_fields=["state", "ended_at"])
        if place.kind == HeldPlace.Kind.UNVERIFIED:
            # The address is not proved, or it now has an account: delete the data. The object in memory keeps it for the caller.
            marks = {} if state == HeldPlace.State.TAKEN else {"browser_sha256": "", "code_sha256": ""}
            HeldPlace.objects.filter(pk=place.pk).update(email="", person_key="", name="", answers={}, **marks)
        if place.has_seat:
            self.ledger.count_held(self.ledger.slots[place.slot_id], -1)
        record(
            thread=self.ledger.event.thread,
            subject=place.subject,
            verb="end_held_place",
            at=at,
            by=by,
            from_state=before,
            to_state=state,
        )
