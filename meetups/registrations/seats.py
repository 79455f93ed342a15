"""The pen: the one door to everything that touches a seat.

``with seats_of(event, at=at) as seats:`` opens the transaction, takes the seat lock of the event once, and hands out the only
object that writes seats. Actions open it once; what they call takes `seats`.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from django.db import OperationalError, connection, transaction
from django.db.models import F
from psycopg.errors import LockNotAvailable

from meetups.accounts.models import User
from meetups.core.ids import entry_id
from meetups.events.models import Event
from meetups.history.models import HistoryEntry
from meetups.notifications.notify import notification, notify_all
from meetups.registrations.admission import way_in
from meetups.registrations.models import TRANSITIONS, Hold, Lottery, Registration, Slot
from meetups.registrations.ranking import Entry, draw, manifest, read_manifest, sha256_hex
from meetups.registrations.refusals import AlreadyRegistered, SeatIsHeld, SeatsBusy, SeatsTaken

State = Registration.State

# Advisory locks are numbers; the first one says what is locked.
SEAT_LOCK = 5347
LOCK_TIMEOUT = "3s"


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


@dataclass
class Change:
    """One step of one registration, before it is written. `place` is the place in the queue that it leaves."""

    registration: Registration
    from_state: str
    place: int | None
    verb: str
    by: User | None
    at: datetime
    tell: str


class Seats:
    """What may be done with the seats of one event while its lock is held. Made by `seats_of` only."""

    def __init__(self, event_id: int) -> None:
        self._event_id = event_id
        self._sold: Counter[int] = Counter()

    # What there is

    @cached_property
    def event(self) -> Event:
        return Event.objects.select_related("community").get(pk=self._event_id)

    @cached_property
    def slots(self) -> dict[int, Slot]:
        slots = Slot.objects.filter(event_id=self._event_id).select_related("lottery").in_order()
        return {slot.pk: slot for slot in slots}

    @property
    def general(self) -> Slot | None:
        """Where people go whose duty ends: the first slot that anyone can ask for."""
        return next((slot for slot in self.slots.values() if slot.is_general), None)

    def lottery_of(self, slot: Slot) -> Lottery | None:
        return getattr(self.slots[slot.pk], "lottery", None) if slot.is_lottery else None

    def registration_of(self, person: User) -> Registration | None:
        """The active registration of `person`, by account or by address (RULES 16)."""
        mine = Registration.objects.active().filter(event_id=self._event_id)
        return mine.filter(attendee=person).first() or mine.filter(person_key=person.person_key).first()

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
        registration = self._new(slot, person, at=at, request_id=request_id)
        tell = {
            State.APPLIED: "entry_received",
            State.CONFIRMED: "seat_confirmed",
            State.WAITLISTED: "seat_waitlisted",
        }[state]
        self._move(registration, slot, state, at=at, by=person, verb="register", tell=tell)
        return registration

    def change_slot(self, registration: Registration, slot: Slot, *, at: datetime) -> State:
        """Leaves one slot and joins the end of the other (RULES 1). Returns the new state."""
        self._refuse_held(registration)
        old = self.slots[registration.slot_id]
        state = self.way_in(slot, at=at)
        tell = {
            State.APPLIED: "entry_received",
            State.CONFIRMED: "seat_confirmed",
            State.WAITLISTED: "seat_waitlisted",
        }[state]
        self._move(registration, slot, state, at=at, by=registration.attendee, verb="change_slot", tell=tell)
        self.promote(old, at=at)
        return state

    def release(self, registration: Registration, *, at: datetime, by: User | None, tell: str) -> None:
        """Ends a registration and promotes who waits. Raises SeatIsHeld: what holds it must end first."""
        self._refuse_held(registration)
        self._move(
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
            self._change(waiting, slot, State.CONFIRMED, at=at, by=None, verb="promote", tell="promoted")
            for waiting in queue
        ]
        self._write(changes)
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

        Her old seat or entry is freed and promotes. A seat that is held already stays where it is and has one hold more (RULES 19,
        20). An invitation is never refused for lack of seats: it then stands outside the count (RULES 4).
        """
        slot = self.slots[slot.pk]
        registration = self.registration_of(person)
        if registration and self.holds_of(registration):
            self._move(
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
            registration = registration or self._new(slot, person, at=at)
            self._move(
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
        if others:
            slot = self.slots[others[0].slot_id]
            stays = slot.pk == old.pk
            above = registration.above_capacity if stays else not slot.seats_left
            self._move(registration, slot, State.CONFIRMED, at=at, by=by, verb=verb, tell=tell, above=above)
        elif self.general is None or at >= self.general.closes_at or not self.event.is_published:
            self._move(registration, old, State.CANCELLED, at=at, by=by, verb=verb, tell=tell)
        else:
            state = self.way_in(self.general, at=at)
            self._move(registration, self.general, state, at=at, by=by, verb=verb, tell=tell)
        self.promote(old, at=at)
        return registration

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
        """Writes down the manifest, once; tells every entrant its hash (PROMISES.md, section 3)."""
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
            # A seat that was lost to a smaller room since T is not sold: who won it stands first in the queue.
            seat = place.seat and slot.seats_left > 0
            changes.append(
                self._change(
                    registration,
                    slot,
                    State.CONFIRMED if seat else State.WAITLISTED,
                    at=at,
                    by=by,
                    verb="draw",
                    tell="drawn_in" if seat else "drawn_out",
                    place=place.rank,
                )
            )
        self._write(changes)
        lottery.state = Lottery.State.DRAWN
        lottery.drawn_at = at
        lottery.save(update_fields=["state", "drawn_at"])
        self._record_lottery(lottery, "draw", Lottery.State.SEEDED, at=at, by=by)
        self.promote(slot, at=at)

    # Writing

    def _refuse_held(self, registration: Registration) -> None:
        if self.holds_of(registration):
            raise SeatIsHeld

    def _new(self, slot: Slot, person: User, *, at: datetime, request_id: UUID | None = None) -> Registration:
        return Registration(
            event_id=self._event_id,
            slot=slot,
            attendee=person,
            person_key=person.person_key,
            state="",
            request_id=request_id,
            registered_at=at,
        )

    def _move(
        self,
        registration: Registration,
        slot: Slot,
        state: State,
        *,
        at: datetime,
        by: User | None,
        verb: str,
        tell: str,
        above: bool = False,
    ) -> None:
        self._write([self._change(registration, slot, state, at=at, by=by, verb=verb, tell=tell, above=above)])

    def _change(
        self,
        registration: Registration,
        slot: Slot,
        state: State,
        *,
        at: datetime,
        by: User | None,
        verb: str,
        tell: str,
        above: bool = False,
        place: int | None = None,
    ) -> Change:
        """Takes the step in memory: state, seat count, place in the queue, entry."""
        slot = self.slots[slot.pk]
        before, place_before = registration.state, registration.place
        if state not in TRANSITIONS[before]:
            raise ValueError(f"A registration cannot go from {before!r} to {state!r}.")
        if before == State.CONFIRMED and not registration.above_capacity:
            self._count(self.slots[registration.slot_id], -1)
        if before == State.APPLIED and not self._is_frozen(self.slots[registration.slot_id]):
            # Leaving before T deletes the entry; coming back makes a new one (RULES 9).
            registration.entry_id = None
        registration.slot = slot
        registration.state = state
        registration.place = None
        registration.above_capacity = state == State.CONFIRMED and above
        if state == State.CONFIRMED:
            registration.confirmed_at = at
            if not above:
                self._count(slot, 1)
        else:
            registration.checked_in_at = None
        if state == State.APPLIED:
            registration.entry_id = entry_id()
        if state == State.WAITLISTED:
            registration.place = place or slot.next_place
            slot.next_place = max(slot.next_place, registration.place + 1)
        if state == State.CANCELLED:
            registration.cancelled_at = at
        return Change(registration, before, place_before, verb, by, at, tell)

    def _is_frozen(self, slot: Slot) -> bool:
        lottery = self.lottery_of(slot)
        return lottery is not None and lottery.state != Lottery.State.ANNOUNCED

    def _count(self, slot: Slot, seats: int) -> None:
        slot.taken += seats
        self._sold[slot.pk] += seats

    def _write(self, changes: list[Change]) -> None:
        """Rows, seat counts, history and messages, in as few statements as there are tables."""
        if not changes:
            return
        # Seats that are given back come first, so that the count never passes the capacity on its way.
        for pk in sorted(
            {change.registration.slot_id for change in changes} | self._sold.keys(), key=lambda pk: self._sold[pk]
        ):
            sold = self._sold.pop(pk, 0)
            Slot.objects.filter(pk=pk).update(taken=F("taken") + sold, next_place=self.slots[pk].next_place)
        self._write_rows([change.registration for change in changes])
        entries = HistoryEntry.objects.bulk_create(
            HistoryEntry(
                thread=self.event.thread,
                subject=change.registration.subject,
                verb=change.verb,
                from_state=change.from_state,
                to_state=change.registration.state,
                actor=change.by,
                at=change.at,
                details={"slot": change.registration.slot.public_id, "place": change.place},
            )
            for change in changes
        )
        notify_all(
            notification(
                kind=change.tell,
                recipient_id=change.registration.attendee_id,
                thread=self.event.thread,
                subject=change.registration.subject,
                cause=entry.pk,
                at=entry.at,
            )
            for change, entry in zip(changes, entries, strict=True)
        )

    def _write_rows(self, registrations: list[Registration]) -> None:
        if len(registrations) == 1:
            registrations[0].save()
            return
        fields = [
            "slot", "state", "place", "entry_id", "drawn_rank", "above_capacity", "confirmed_at", "cancelled_at", "checked_in_at",
        ]  # fmt: skip
        Registration.objects.bulk_update(registrations, fields, batch_size=500)

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
