"""The pen: the only way to everything that touches a seat.

``with seats_of(event, at=at) as seats:`` opens the transaction, takes the seat lock of the event once, and returns the only
object that writes seats. Actions open it once, and the functions that they call take `seats`. This module holds how one person
comes, changes and leaves. `seats.queue`, `seats.pairs`, `seats.lottery`, `seats.held_places`, `seats.holds` and `seats.by_hand` do
the rest, and `seats.ledger` writes for all of them.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.db import OperationalError, transaction
from psycopg.errors import LockNotAvailable

from meetups.accounts.models import User
from meetups.core.metrics import SEAT_LOCK_SECONDS
from meetups.core.sql_statements import Statement
from meetups.events.facts import instant
from meetups.events.models import Event
from meetups.registrations.admission import way_in
from meetups.registrations.models import Lottery, Registration, Slot
from meetups.registrations.pen.held_places import HeldPlaces
from meetups.registrations.pen.holds import Holds
from meetups.registrations.pen.ledger import Guest, Ledger
from meetups.registrations.pen.lottery_seats import LotterySeats
from meetups.registrations.pen.pair_entries import PairEntries
from meetups.registrations.pen.people_by_hand import PeopleByHand
from meetups.registrations.pen.promotion import Queue
from meetups.registrations.pen.queries import newcomer as read_newcomer
from meetups.registrations.pen.seat_offers import SeatOffers
from meetups.registrations.refusals import (
    AlreadyRegistered,
    EventClosed,
    NotForEveryone,
    NotOpenYet,
    RegistrationClosed,
    SeatIsHeld,
    SeatsBusy,
    SeatsTaken,
)

State = Registration.State

# Advisory locks are pairs of numbers; the first one says what kind of thing is locked.
SEAT_LOCK = 5347
LOCK_TIMEOUT = "3s"
TAKE_LOCK = Statement(f"""
    SELECT set_config('lock_timeout', '{LOCK_TIMEOUT}', true), pg_advisory_xact_lock(%(kind)s::int, %(event)s::int)
""")
# The message to a person who asked for a place, by the state in which they land.
NEWS = {State.APPLIED: "entry_received", State.CONFIRMED: "seat_confirmed", State.WAITLISTED: "seat_waitlisted"}


@SEAT_LOCK_SECONDS.time()
def take_seat_lock(event_id: int) -> None:
    """Waits for the seat lock of the event, and holds it until the end of the transaction.

    It is a statement of its own: the statements after it must see what the previous holder has committed.
    """
    TAKE_LOCK.one(kind=SEAT_LOCK, event=event_id)


@contextmanager
def seats_of(
    event: Event, *, at: datetime, newcomer: User | None = None, request_id: UUID | None = None
) -> Iterator["Seats"]:
    """The seats of `event`, locked, in a transaction that ends with the block.

    For a `newcomer`, everything that decides is read at once, with the answer that the same request got before: `seats.answer`.
    Lotteries whose entries have closed by `at` are frozen first, because from T on the manifest alone decides (RULES 10). Held
    places whose time is over end (RULES 27). Raises SeatsBusy if the lock is not free within 3 seconds.
    """
    with _says_if_busy(), transaction.atomic(durable=True):
        take_seat_lock(event.pk)
        seats = Seats(Ledger(event.pk, read_newcomer(event.pk, newcomer, request_id) if newcomer else None))
        _do_what_is_due(seats, at=at)
        yield seats


@contextmanager
def seats_of_each(events: Iterable[Event], *, at: datetime) -> Iterator[list["Seats"]]:
    """The seats of several events in one transaction: all of it happens or nothing. The locks are taken first, in one order."""
    with _says_if_busy(), transaction.atomic(durable=True):
        keys = sorted({event.pk for event in events})
        for key in keys:
            take_seat_lock(key)
        every = [Seats(Ledger(key, None)) for key in keys]
        for seats in every:
            _do_what_is_due(seats, at=at)
        yield every


@contextmanager
def _says_if_busy() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            raise SeatsBusy from error
        raise


def _do_what_is_due(seats: "Seats", *, at: datetime) -> None:
    """Ends held places whose time is over, and freezes lotteries whose entries have closed."""
    if any(slot.held for slot in seats.slots.values()):
        seats.held_places.lapse(at=at)
    for slot in seats.slots.values():
        lottery = seats.lottery_of(slot)
        if (
            lottery
            and lottery.state == Lottery.State.ANNOUNCED
            and lottery.closes_at <= at
            and seats.event.is_published
        ):
            seats.lottery.freeze(lottery, at=at)


def seats_of_draft(event: Event) -> "Seats":
    """The seats of a draft that this transaction has made. No one else can see it, so there is nothing to lock."""
    seats = Seats(Ledger(event.pk))
    seats.ledger.event = event
    return seats


class Seats:
    """The operations on the seats of one event while its lock is held. Only the functions above create it."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.pairs = PairEntries(ledger)
        self.queue = Queue(ledger, SeatOffers(ledger), self.pairs)
        self.lottery = LotterySeats(ledger, self.queue)
        self.held_places = HeldPlaces(ledger, self.queue)
        self.holds = Holds(ledger, self.queue, self._land)
        self.by_hand = PeopleByHand(ledger, self.queue)

    # What there is

    @property
    def event(self) -> Event:
        return self.ledger.event

    @property
    def slots(self) -> dict[int, Slot]:
        """The slots by primary key, in the organizers' order."""
        return self.ledger.slots

    @property
    def answer(self) -> Registration | None:
        """The answer that the same request of the newcomer got before (RULES 31)."""
        return self.ledger.answer

    def lottery_of(self, slot: Slot) -> Lottery | None:
        return self.ledger.lottery_of(slot)

    def registration_of(self, person: User | Guest) -> Registration | None:
        """The active registration of `person`, by account or by address (RULES 16)."""
        return self.ledger.registration_of(person)

    def fresh(self, registration: Registration) -> Registration:
        """The registration as it stands under the lock."""
        registrations = Registration.objects.select_related("attendee")
        return registrations.get(pk=registration.pk, event_id=self.ledger.event_id)

    def way_in(self, slot: Slot, *, at: datetime) -> State:
        """The state in which a newcomer lands."""
        slot = self.slots[slot.pk]
        return way_in(slot, self.lottery_of(slot), someone_waits=self.ledger.someone_waits(slot), at=at)

    def open_slot(self, slot: Slot, *, at: datetime) -> Slot:
        """The `slot` as it stands under the lock, if anyone may ask for a place in it.

        Raises EventClosed, NotOpenYet, NotForEveryone, RegistrationClosed.
        """
        if not self.event.is_open(at):
            raise EventClosed
        if slot.pk not in self.slots:
            # It was deleted since the page was read.
            raise RegistrationClosed
        slot = self.slots[slot.pk]
        self.refuse_before_opening(at)
        if not slot.is_general:
            raise NotForEveryone
        if slot.closes_at <= at:
            raise RegistrationClosed
        return slot

    def refuse_before_opening(self, at: datetime) -> None:
        """Raises NotOpenYet until registration opens. For all that people take by themselves (RULES 220)."""
        opens_at = self.event.registration_opens_at
        if opens_at and at < opens_at:
            raise NotOpenYet(when=instant(opens_at, self.event))

    # Steps

    def enter(
        self,
        slot: Slot,
        person: User,
        *,
        at: datetime,
        request_id: UUID | None = None,
        answers: dict[str, object] | None = None,
    ) -> Registration:
        """Registers `person` in a general slot: with an entry, a seat, or the last place in the queue. Raises AlreadyRegistered."""
        if self.registration_of(person):
            raise AlreadyRegistered
        registration = self.ledger.new(slot, person, at=at, request_id=request_id)
        registration.answers = answers or {}
        self._land(registration, slot, at=at, by=person, verb="register")
        return registration

    def _land(
        self, registration: Registration, slot: Slot, *, at: datetime, by: User | None, verb: str, tell: str = ""
    ) -> State:
        """Puts `registration` into a general slot, as for any newcomer. Returns the state."""
        slot = self.slots[slot.pk]
        state = self.way_in(slot, at=at)
        if state == State.CONFIRMED and slot.awaits_draw:
            slot.first_come_given += 1
            slot.save(update_fields=["first_come_given"])
        self.ledger.move(registration, slot, state, at=at, by=by, verb=verb, tell=tell or NEWS[state])
        if state == State.WAITLISTED and slot.hands_over(at):
            self.queue.pass_on(slot, at=at)
        return state

    def change_slot(
        self,
        registration: Registration,
        slot: Slot,
        *,
        at: datetime,
        answers: dict[str, object] | None = None,
        by: User | None = None,
    ) -> State:
        """Moves the registration to the end of another slot (RULES 1), with answers to its questions. Returns the new state.

        `by` is the organizer who moves the person; else it is the person's own step.
        """
        self._refuse_held(registration)
        old = self.slots[registration.slot_id]
        if by:
            state = self._land(registration, slot, at=at, by=by, verb="move_to_slot", tell="moved_to_slot")
        else:
            state = self._land(registration, slot, at=at, by=registration.attendee, verb="change_slot")
        if answers:
            registration.answers = answers
            registration.save(update_fields=["answers"])
        self.queue.vacate(old, [registration], at=at)
        return state

    def release(self, registration: Registration, *, at: datetime, by: User | None, tell: str) -> None:
        """Ends a registration and promotes the next in the queue. Raises SeatIsHeld where a hold must end first."""
        self._refuse_held(registration)
        slot = self.slots[registration.slot_id]
        self.ledger.move(registration, slot, State.CANCELLED, at=at, by=by, verb="cancel", tell=tell)
        self.queue.vacate(slot, [registration], at=at)

    def set_capacity(self, slot: Slot, capacity: int, *, at: datetime) -> None:
        """Grows (and promotes) or shrinks a slot. Raises SeatsTaken below what is taken or promised to a frozen lottery (RULES 25)."""
        slot = self.slots[slot.pk]
        lottery = self.lottery_of(slot)
        promised = lottery.seats or 0 if lottery and not lottery.is_drawn else 0
        promised = max(promised, slot.first_come_left if slot.awaits_draw else 0)
        if capacity < slot.taken + promised:
            raise SeatsTaken(taken=slot.taken + promised, capacity=capacity)
        slot.capacity = capacity
        slot.save(update_fields=["capacity"])
        self.queue.promote(slot, at=at)

    def _refuse_held(self, registration: Registration) -> None:
        if self.holds.of(registration):
            raise SeatIsHeld
