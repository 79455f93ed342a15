"""The ledger, with which the pen writes: rows, seat counts, history and messages of one event, always consistent.

The seat lock of the event is held while a ledger is in use; `seats_of` takes care of that.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from django.db.models import F

from meetups.accounts.models import User
from meetups.core.ids import entry_id
from meetups.events.models import Event
from meetups.events.open_event import event_by_pk
from meetups.history.models import HistoryEntry
from meetups.notifications.models import Notification
from meetups.notifications.notify import notification, notify_all
from meetups.registrations import admission
from meetups.registrations.models import TRANSITIONS, Lottery, Registration, Slot
from meetups.registrations.pen import queries
from meetups.registrations.pen.new_registration import insert_registration

State = Registration.State


@dataclass(frozen=True)
class Guest:
    """A person without an account whom an organizer adds. `person_key` is unique in the event and is not an address."""

    name: str
    person_key: str


@dataclass
class Change:
    """One step of one registration, before it is written. `place` is the place in the queue that the registration leaves."""

    registration: Registration
    from_state: str
    place: int | None
    verb: str
    by: User | None
    at: datetime
    tell: str

    @property
    def subject(self) -> str:
        """The name of the registration in history and messages. Empty for a new one, which has no primary key yet."""
        return self.registration.subject if self.registration.pk else ""


class Ledger:
    """The event, its slots as they stand under the lock, and the steps of registrations before they are written."""

    def __init__(self, event_id: int, newcomer: queries.Newcomer | None = None) -> None:
        self.event_id = event_id
        # What was read about the newcomer. It is valid until the first step is taken.
        self._newcomer = newcomer
        # The answer that the same request got before (RULES 31).
        self.answer = newcomer.answer if newcomer else None
        if newcomer:
            self.event, self.slots = newcomer.event, newcomer.slots
        self._sold: Counter[int] = Counter()
        # The manifest entries of people who left a pair, by the registration that left. The partner who stays gets the entry.
        self.entries_left: dict[int, str] = {}

    # What there is

    @cached_property
    def event(self) -> Event:
        return event_by_pk(self.event_id)

    @cached_property
    def slots(self) -> dict[int, Slot]:
        return queries.slots_of(self.event_id)

    def lottery_of(self, slot: Slot) -> Lottery | None:
        return self.slots[slot.pk].draws_from

    def is_frozen(self, slot: Slot) -> bool:
        lottery = self.lottery_of(slot)
        return lottery is not None and lottery.state != Lottery.State.ANNOUNCED

    def seats_to_give(self, slot: Slot) -> int:
        """Free seats of `slot` that no draw has promised."""
        return admission.seats_to_give(self.slots[slot.pk], self.lottery_of(slot))

    def someone_waits(self, slot: Slot) -> bool:
        """Whether a newcomer would overtake someone."""
        if self._newcomer and not (slot.takes_pairs and slot.seats_left):
            return slot.pk in self._newcomer.waited_for
        return queries.someone_goes_first(slot)

    def registration_of(self, person: User | Guest) -> Registration | None:
        """The active registration of `person`, by account or by address (RULES 16)."""
        if isinstance(person, Guest):
            mine = Registration.objects.active().filter(event_id=self.event_id)
            return mine.filter(person_key=person.person_key).first()
        if self._newcomer and self._newcomer.person.pk == person.pk and not self._newcomer.answer:
            return self._newcomer.active
        return queries.active_registration(self.event_id, person)

    # Steps

    def new(self, slot: Slot, person: User | Guest, *, at: datetime, request_id: UUID | None = None) -> Registration:
        """A registration that is not saved yet. Its first step saves it."""
        return Registration(
            event_id=self.event_id,
            slot=slot,
            attendee=None if isinstance(person, Guest) else person,
            guest_name=person.name if isinstance(person, Guest) else "",
            person_key=person.person_key,
            state="",
            request_id=request_id,
            registered_at=at,
        )

    def move(
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
        self.write([self.change(registration, slot, state, at=at, by=by, verb=verb, tell=tell, above=above)])

    def change(
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
        """Takes the step in memory only: state, seat count, place in the queue, entry."""
        self._newcomer = None
        slot = self.slots[slot.pk]
        before, place_before = registration.state, registration.place
        if state not in TRANSITIONS[before]:
            raise ValueError(f"A registration cannot go from {before!r} to {state!r}.")
        if before == State.CONFIRMED and not registration.above_capacity:
            self._count(self.slots[registration.slot_id], -1)
        if before == State.APPLIED and not self.is_frozen(self.slots[registration.slot_id]):
            # Leaving before T deletes the entry; coming back makes a new one (RULES 9).
            registration.entry_id = registration.nominated = None
        if registration.entry_id and registration.pk and self.slots[registration.slot_id].takes_pairs:
            self.entries_left[registration.pk] = registration.entry_id
        if slot.pk != registration.slot_id:
            registration.answers = {}
            registration.nominated = None
        if slot.pk != registration.slot_id or state != State.CONFIRMED:
            registration.hands_over_at = registration.asked_at = registration.reconfirmed_at = None
        registration.slot = slot
        registration.state = state
        registration.place = None
        registration.above_capacity = state == State.CONFIRMED and above
        if state == State.CONFIRMED:
            if before != State.CONFIRMED:
                registration.confirmed_at = at
            if not above:
                self._count(slot, 1)
        else:
            registration.checked_in_at = registration.absent_at = registration.excused_at = None
        if state == State.APPLIED:
            registration.entry_id = entry_id()
        if state == State.WAITLISTED:
            registration.place = place or slot.next_place
            slot.next_place = max(slot.next_place, registration.place + 1)
        if state == State.CANCELLED:
            registration.cancelled_at = at
        return Change(registration, before, place_before, verb, by, at, tell)

    def count_held(self, slot: Slot, seats: int) -> None:
        """Counts `seats` more held places as taken; a negative number means fewer."""
        slot = self.slots[slot.pk]
        slot.held += seats
        slot.taken += seats
        Slot.objects.filter(pk=slot.pk).update(held=F("held") + seats, taken=F("taken") + seats)

    def _count(self, slot: Slot, seats: int) -> None:
        slot.taken += seats
        self._sold[slot.pk] += seats

    def write(self, changes: list[Change]) -> None:
        """Writes rows, seat counts, history and messages: one statement for each table, or a single one for a newcomer."""
        if not changes:
            return
        if self._is_newcomer(changes):
            self._write_newcomer(changes[0])
            return
        # Seats that become free come first, so that the count never exceeds the capacity in between.
        for pk in sorted(
            {change.registration.slot_id for change in changes} | self._sold.keys(), key=lambda pk: self._sold[pk]
        ):
            sold = self._sold.pop(pk, 0)
            Slot.objects.filter(pk=pk).update(taken=F("taken") + sold, next_place=self.slots[pk].next_place)
        self._write_rows([change.registration for change in changes])
        if any(
            (change.from_state == State.CONFIRMED) != (change.registration.state == State.CONFIRMED)
            for change in changes
        ):
            # Calendars remove an entry only with a higher SEQUENCE, and take it back only with one that is higher still.
            self.event.raise_sequence(changes[0].at)
            self.event.save(update_fields=["sequence", "sequence_since"])
        entries = HistoryEntry.objects.bulk_create(map(self._entry, changes))
        notify_all(self._message(change, entry.pk) for change, entry in zip(changes, entries, strict=True))

    def _entry(self, change: Change) -> HistoryEntry:
        return HistoryEntry(
            thread=self.event.thread,
            subject=change.subject,
            verb=change.verb,
            from_state=change.from_state,
            to_state=change.registration.state,
            actor=change.by,
            at=change.at,
            details={"slot": change.registration.slot.public_id, "place": change.place},
        )

    def _message(self, change: Change, cause: int | str) -> Notification:
        return notification(
            kind=change.tell,
            recipient_id=change.registration.attendee_id,
            thread=self.event.thread,
            subject=change.subject,
            cause=cause,
            at=change.at,
        )

    def _is_newcomer(self, changes: list[Change]) -> bool:
        """Whether the only thing to write is one new registration of a person with an account."""
        [first, *others] = changes
        registration = first.registration
        return (
            not others
            and registration.pk is None
            and registration.attendee_id is not None
            and self._sold.keys() <= {registration.slot_id}
        )

    def _write_newcomer(self, change: Change) -> None:
        slot = self.slots[change.registration.slot_id]
        sequence = insert_registration(
            change.registration,
            self._entry(change),
            self._message(change, ""),
            sold=self._sold.pop(slot.pk, 0),
            next_place=slot.next_place,
        )
        if sequence is not None:
            self.event.sequence, self.event.sequence_since = sequence, change.at

    def _write_rows(self, registrations: list[Registration]) -> None:
        if len(registrations) == 1:
            registrations[0].save()
            return
        known = [registration for registration in registrations if registration.pk is not None]
        Registration.objects.bulk_create((one for one in registrations if one.pk is None), batch_size=500)
        fields = [
            "slot", "state", "place", "entry_id", "lead", "nominated", "drawn_rank", "above_capacity", "answers",
            "confirmed_at", "cancelled_at", "checked_in_at", "hands_over_at", "asked_at", "reconfirmed_at", "absent_at", "excused_at",
        ]  # fmt: skip
        Registration.objects.bulk_update(known, fields, batch_size=500)
