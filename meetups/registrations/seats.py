"""The pen: the one door to everything that touches a seat.

``with seats_of(event, at=at) as seats:`` opens the transaction, takes the seat lock of the event once, and hands out the only
object that writes seats. Actions open it once; what they call takes `seats`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.db import OperationalError, connection, transaction
from django.db.models import Q
from psycopg.errors import LockNotAvailable

from meetups.accounts.models import User
from meetups.events.models import Event
from meetups.history.models import HistoryEntry
from meetups.notifications.notify import notification, notify_all
from meetups.registrations.admission import fallback_slot, way_in
from meetups.registrations.ledger import Ledger
from meetups.registrations.models import Hold, Lottery, Registration, Slot
from meetups.registrations.ranking import Entry, draw, manifest, read_manifest, sha256_hex
from meetups.registrations.refusals import AlreadyRegistered, SeatIsHeld, SeatsBusy, SeatsTaken

State = Registration.State

# Advisory locks are numbers; the first one says what is locked.
SEAT_LOCK = 5347
LOCK_TIMEOUT = "3s"
# What somebody is told who comes into a slot by asking.
NEWS = {State.APPLIED: "entry_received", State.CONFIRMED: "seat_confirmed", State.WAITLISTED: "seat_waitlisted"}


def take_seat_lock(event_id: int) -> None:
    """Waits for the seat lock of the event until the end of the transaction.

    A statement of its own: what is counted afterwards must see what the holder before us has committed.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('lock_timeout', %s, true), pg_advisory_xact_lock(%s, %s)",
            [LOCK_TIMEOUT, SEAT_LOCK, event_id],
        )


@contextmanager
def seats_of(event: Event, *, at: datetime) -> Iterator["Seats"]:
    """The seats of `event`, locked, in a transaction that ends with the block.

    Lotteries whose entries have closed by `at` are frozen first: from T on the manifest alone decides (RULES 10).
    Raises SeatsBusy where the lock is not to be had in 3 seconds.
    """
    try:
        with transaction.atomic(durable=True):
            take_seat_lock(event.pk)
            seats = Seats(event.pk)
            for slot in seats.slots.values():
                lottery = seats.lottery_of(slot)
                if (
                    lottery
                    and lottery.state == Lottery.State.ANNOUNCED
                    and lottery.closes_at <= at
                    and seats.event.is_published
                ):
                    seats.freeze(lottery, at=at)
            yield seats
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            raise SeatsBusy from error
        raise


class Seats(Ledger):
    """What may be done with the seats of one event while its lock is held. Made by `seats_of` only."""

    # What there is

    def fallback_slot(self, at: datetime) -> Slot | None:
        """Where people go whose duty ends."""
        return fallback_slot([(slot, self.lottery_of(slot)) for slot in self.slots.values()], at)

    def registration_of(self, person: User) -> Registration | None:
        """The active registration of `person`, by account or by address (RULES 16)."""
        mine = Registration.objects.active().filter(event_id=self._event_id)
        found = mine.filter(Q(attendee=person) | Q(person_key=person.person_key))
        return next(iter(sorted(found, key=lambda registration: registration.attendee_id != person.pk)), None)

    def fresh(self, registration: Registration) -> Registration:
        """The registration as it stands under the lock."""
        return Registration.objects.select_related("attendee").get(pk=registration.pk, event_id=self._event_id)

    def holds_of(self, registration: Registration) -> list[Hold]:
        return list(Hold.objects.active().filter(registration=registration).order_by("pk"))

    def someone_waits(self, slot: Slot) -> bool:
        return Registration.objects.filter(slot=slot, state=State.WAITLISTED).exists()

    def way_in(self, slot: Slot, *, at: datetime) -> State:
        """The state in which a newcomer lands."""
        slot = self.slots[slot.pk]
        return way_in(slot, self.lottery_of(slot), someone_waits=self.someone_waits(slot), at=at)

    # Steps

    def enter(self, slot: Slot, person: User, *, at: datetime, request_id: UUID | None = None) -> Registration:
        """`person` joins a general slot: an entry, a seat, or the end of the queue. Raises AlreadyRegistered."""
        if self.registration_of(person):
            raise AlreadyRegistered
        state = self.way_in(slot, at=at)
        registration = self.new(slot, person, at=at, request_id=request_id)
        self.move(registration, slot, state, at=at, by=person, verb="register", tell=NEWS[state])
        return registration

    def change_slot(self, registration: Registration, slot: Slot, *, at: datetime) -> State:
        """Leaves one slot and joins the end of the other (RULES 1). Returns the new state."""
        self._refuse_held(registration)
        old = self.slots[registration.slot_id]
        state = self.way_in(slot, at=at)
        self.move(registration, slot, state, at=at, by=registration.attendee, verb="change_slot", tell=NEWS[state])
        self.promote(old, at=at)
        return state

    def release(self, registration: Registration, *, at: datetime, by: User | None, tell: str) -> None:
        """Ends a registration and promotes who waits. Raises SeatIsHeld: what holds it must end first."""
        self._refuse_held(registration)
        self.move(
            registration, self.slots[registration.slot_id], State.CANCELLED, at=at, by=by, verb="cancel", tell=tell
        )
        self.promote(self.slots[registration.slot_id], at=at)

    def promote(self, slot: Slot, *, at: datetime) -> int:
        """Moves the queue up into free seats, first first, in one transaction with what freed them. Returns how many moved."""
        slot = self.slots[slot.pk]
        lottery = self.lottery_of(slot)
        if not slot.seats_left or not slot.promotion_is_open(at) or (lottery and not lottery.is_drawn):
            return 0
        queue = Registration.objects.select_related("attendee").filter(slot=slot).waiting()[: slot.seats_left]
        changes = [
            self.change(waiting, slot, State.CONFIRMED, at=at, by=None, verb="promote", tell="promoted")
            for waiting in queue
        ]
        self.write(changes)
        return len(changes)

    def hold(
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
        """Makes the seat of `person` certain: her registration moves into `slot`, or she gets one there.

        Her old seat or entry is freed and promotes. Raises AlreadyRegistered where another account of her mailbox has a place. A seat that is held already stays where it is and has one hold more (RULES 19,
        20). An invitation is never refused for lack of seats: it then stands outside the count (RULES 4).
        """
        slot = self.slots[slot.pk]
        registration = self.registration_of(person)
        if registration and registration.attendee_id != person.pk:
            raise AlreadyRegistered
        if registration and self.holds_of(registration):
            self.move(
                registration,
                self.slots[registration.slot_id],
                State.CONFIRMED,
                at=at,
                by=by,
                verb=verb,
                tell=tell,
                above=registration.above_capacity,
            )
        else:
            old = self.slots[registration.slot_id] if registration else None
            registration = registration or self.new(slot, person, at=at)
            self.move(
                registration, slot, State.CONFIRMED, at=at, by=by, verb=verb, tell=tell, above=not slot.seats_left
            )
            if old:
                self.promote(old, at=at)
        Hold.objects.create(registration=registration, kind=kind, subject=subject, slot=slot, since=at)
        return registration

    def end_hold(self, subject: str, *, at: datetime, by: User | None, verb: str, tell: str) -> Registration | None:
        """Ends the hold named `subject`. With the last one the seat falls back (RULES 21): before T a new entry in the lottery, else
        the end of the general queue, or a seat at once where one is free and nobody waits. None where there was no such hold.
        """
        hold = Hold.objects.active().filter(subject=subject).select_related("registration__attendee").first()
        if hold is None:
            return None
        hold.ended_at = at
        hold.save(update_fields=["ended_at"])
        registration = hold.registration
        old = self.slots[registration.slot_id]
        others = self.holds_of(registration)
        general = self.fallback_slot(at)
        if others:
            slot = self.slots[others[0].slot_id]
            stays = slot.pk == old.pk
            above = registration.above_capacity if stays else not slot.seats_left
            self.move(registration, slot, State.CONFIRMED, at=at, by=by, verb=verb, tell=tell, above=above)
        elif registration.checked_in_at:
            # Who is in the room stays in the room (RULES 41).
            self.move(
                registration,
                old,
                State.CONFIRMED,
                at=at,
                by=by,
                verb=verb,
                tell=tell,
                above=registration.above_capacity,
            )
        elif general is None or at >= general.closes_at or not self.event.is_published:
            self.move(registration, old, State.CANCELLED, at=at, by=by, verb=verb, tell=tell)
        else:
            self.move(registration, general, self.way_in(general, at=at), at=at, by=by, verb=verb, tell=tell)
        self.promote(old, at=at)
        return registration

    def drop_hold(self, subject: str, *, at: datetime) -> None:
        """Ends the hold named `subject` of somebody who gives up the seat as well: what calls this releases it."""
        Hold.objects.active().filter(subject=subject).update(ended_at=at)

    def set_capacity(self, slot: Slot, capacity: int, *, at: datetime) -> None:
        """Grows (and promotes) or shrinks a slot. Raises SeatsTaken below what is taken or promised to a frozen lottery (RULES 25)."""
        slot = self.slots[slot.pk]
        lottery = self.lottery_of(slot)
        promised = lottery.seats or 0 if lottery and not lottery.is_drawn else 0
        if capacity < slot.taken + promised:
            raise SeatsTaken(taken=slot.taken + promised, capacity=capacity)
        slot.capacity = capacity
        slot.save(update_fields=["capacity"])
        self.promote(slot, at=at)

    def freeze(self, lottery: Lottery, *, at: datetime) -> None:
        """Writes down the manifest, once; tells every entrant its hash (LOTTERY.md)."""
        slot = self.slots[lottery.slot_id]
        entrants = list(Registration.objects.applied().filter(slot=slot))
        frozen = manifest(
            event=self.event.public_id,
            slot=slot.public_id,
            seats=slot.seats_left,
            others=[Entry(registration.entry_id or "") for registration in entrants],
        )
        lottery.state = Lottery.State.FROZEN
        lottery.seats = frozen.seats
        lottery.manifest = frozen.text()
        lottery.manifest_sha256 = sha256_hex(lottery.manifest)
        lottery.frozen_at = at
        lottery.save()
        # Places up to the number of entries belong to the drawn order; who comes now queues behind them.
        slot.next_place = max(slot.next_place, len(entrants) + 1)
        slot.save(update_fields=["next_place"])
        cause = self._record_lottery(lottery, "freeze", Lottery.State.ANNOUNCED, at=at, by=None)
        notify_all(
            notification(
                kind="manifest_frozen",
                recipient_id=registration.attendee_id,
                thread=self.event.thread,
                subject=registration.subject,
                cause=cause.pk,
                at=at,
                not_after=lottery.draws_at,
            )
            for registration in entrants
        )

    def allocate(self, lottery: Lottery, *, at: datetime, by: User | None) -> None:
        """Gives out the seats by the published ranking and puts everyone else into the queue, in drawn order (RULES 12, 14)."""
        slot = self.slots[lottery.slot_id]
        entrants = {
            registration.entry_id: registration
            for registration in Registration.objects.applied().filter(slot=slot).select_related("attendee")
        }
        changes = []
        for place in draw(read_manifest(lottery.manifest), lottery.value):
            registration = entrants.get(place.entry.entry_id)
            if registration is None:
                continue
            registration.drawn_rank = place.rank
            changes.append(
                self.change(
                    registration,
                    slot,
                    State.CONFIRMED if place.seat else State.WAITLISTED,
                    at=at,
                    by=by,
                    verb="draw",
                    tell="drawn_in" if place.seat else "drawn_out",
                    place=place.rank,
                )
            )
        self.write(changes)
        lottery.state = Lottery.State.DRAWN
        lottery.drawn_at = at
        lottery.save(update_fields=["state", "drawn_at"])
        self._record_lottery(lottery, "draw", Lottery.State.SEEDED, at=at, by=by)
        self.promote(slot, at=at)

    # Writing

    def _refuse_held(self, registration: Registration) -> None:
        if self.holds_of(registration):
            raise SeatIsHeld

    def _record_lottery(
        self, lottery: Lottery, verb: str, from_state: Lottery.State, *, at: datetime, by: User | None
    ) -> HistoryEntry:
        return HistoryEntry.objects.create(
            thread=self.event.thread,
            subject=f"lottery:{lottery.pk}",
            verb=verb,
            from_state=from_state,
            to_state=lottery.state,
            actor=by,
            at=at,
            details={"manifest_sha256": lottery.manifest_sha256},
        )
