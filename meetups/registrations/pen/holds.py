"""The part of the pen for seats that a shift or an invitation holds: how a hold begins and ends, and where its seat then goes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from meetups.accounts.models import User
from meetups.registrations.admission import fallback_slot
from meetups.registrations.models import Hold, Registration, Slot
from meetups.registrations.pen.ledger import Ledger
from meetups.registrations.pen.promotion import Queue
from meetups.registrations.refusals import AlreadyRegistered

State = Registration.State


@dataclass
class Holds:
    """The holds of one event. `land` puts a registration into a general slot, as for any newcomer."""

    ledger: Ledger
    queue: Queue
    land: Callable[..., State]

    def of(self, registration: Registration) -> list[Hold]:
        return list(Hold.objects.active().filter(registration=registration).order_by("pk"))

    def begin(
        self,
        person: User,
        slot: Slot,
        *,
        kind: Hold.Kind,
        subject: str,
        at: datetime,
        by: User | None,
        verb: str,
        tell: str,
    ) -> Registration:
        """Makes the seat of `person` confirmed by a hold: their registration moves into `slot`, or they get a new one there.

        An old seat or entry becomes free and promotes the queue. A seat that is already held stays where it is and gets one more
        hold (RULES 19, 20). An invitation is never refused for lack of seats; the seat is then outside the count (RULES 4).
        Raises AlreadyRegistered where another account with the same mailbox has a place.
        """
        slot = self.ledger.slots[slot.pk]
        registration = self.ledger.registration_of(person)
        if registration and registration.attendee_id != person.pk:
            raise AlreadyRegistered
        old = self.ledger.slots[registration.slot_id] if registration else None
        if registration and old and self.of(registration):
            self.ledger.move(
                registration,
                old,
                State.CONFIRMED,
                at=at,
                by=by,
                verb=verb,
                tell=tell,
                above=registration.above_capacity,
            )
        else:
            registration = registration or self.ledger.new(slot, person, at=at)
            above = not slot.seats_left
            self.ledger.move(registration, slot, State.CONFIRMED, at=at, by=by, verb=verb, tell=tell, above=above)
            if old:
                self.queue.vacate(old, [registration], at=at)
        Hold.objects.create(registration=registration, kind=kind, subject=subject, slot=slot, since=at)
        return registration

    def end(self, subject: str, *, at: datetime, by: User | None, verb: str, tell: str) -> Registration | None:
        """Ends the hold named `subject`. With the last hold the seat falls back (RULES 21). None where there is no such hold."""
        hold = Hold.objects.active().filter(subject=subject).select_related("registration__attendee").first()
        if hold is None:
            return None
        hold.ended_at = at
        hold.save(update_fields=["ended_at"])
        registration = hold.registration
        old, others = self.ledger.slots[registration.slot_id], self.of(registration)
        if others:
            slot = self.ledger.slots[others[0].slot_id]
            above = registration.above_capacity if slot.pk == old.pk else not slot.seats_left
            self.ledger.move(registration, slot, State.CONFIRMED, at=at, by=by, verb=verb, tell=tell, above=above)
            self.queue.promote(old, at=at)
        else:
            self._fall_back(registration, at=at, by=by, verb=verb, tell=tell)
        return registration

    def drop(self, subject: str, *, at: datetime) -> None:
        """Ends the hold named `subject` of a person who also gives up the seat. The caller releases the seat."""
        Hold.objects.active().filter(subject=subject).update(ended_at=at)

    # Seats that outlive their hold (RULES 41, 110)

    def outlived(self, *, at: datetime) -> list[Registration]:
        """The seats that nothing holds and nothing keeps: their people are not checked in, and the event is not over."""
        if not self.ledger.event.is_open(at):
            return []
        found = Registration.objects.outlived().filter(event_id=self.ledger.event_id, checked_in_at__isnull=True)
        return list(found.select_related("attendee").order_by("pk"))

    def let_fall(self, registration: Registration, *, at: datetime, by: User | None) -> None:
        """A seat that has outlived its hold falls back, as if the hold ended now (RULES 111)."""
        self._fall_back(registration, at=at, by=by, verb="lose_seat", tell="seat_fell_back")

    def _fall_back(self, registration: Registration, *, at: datetime, by: User | None, verb: str, tell: str) -> None:
        """Where a seat goes that nothing holds any longer.

        A person who is checked in keeps it, and after the event everyone does (RULES 41); in a slot of volunteers it then stands
        outside the count, whose seats belong to the shifts (RULES 110). Before T others get a new entry in the lottery. After it
        they go to the end of the general queue, or get a seat at once where one is free and no one waits.
        """
        event, slots = self.ledger.event, self.ledger.slots
        old = slots[registration.slot_id]
        general = fallback_slot(event, [(slot, self.ledger.lottery_of(slot)) for slot in slots.values()], at)
        if registration.checked_in_at or event.is_over(at):
            above = registration.above_capacity or old.admission == Slot.Admission.DUTY
            self.ledger.move(registration, old, State.CONFIRMED, at=at, by=by, verb=verb, tell=tell, above=above)
        elif general is None or not event.is_published:
            self.ledger.move(registration, old, State.CANCELLED, at=at, by=by, verb=verb, tell=tell)
        else:
            self.land(registration, general, at=at, by=by, verb=verb, tell=tell)
        self.queue.promote(old, at=at)
