"""The people at the door: everyone who was ever registered, in an order that no check-in changes."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from meetups.events.models import Event
from meetups.registrations.models import Registration
from meetups.registrations.pen.people_by_hand import AddedPerson
from meetups.registrations.pen.queue_numbers import queue_numbers
from organizers.attendees.added_person_form import free_seats
from organizers.attendees.roster import ORDER, matches, state_of
from organizers.desk.names import folded

State = Registration.State

# More people than this are too many to scroll through. The others are found by name.
SHOWN = 100


@dataclass(frozen=True)
class DoorRow:
    """One person. `state` is their state in words; empty for a person with a seat.

    `free` is the number of seats that are free in the slot in which the person waits. `has_namesake` is true where the name
    alone does not say who it is.
    """

    registration: Registration
    state: str
    free: int
    has_namesake: bool

    @property
    def is_in(self) -> bool:
        return self.registration.checked_in_at is not None

    @property
    def has_seat(self) -> bool:
        return self.registration.state == State.CONFIRMED

    @property
    def waits(self) -> bool:
        return self.registration.state == State.WAITLISTED

    @property
    def has_gone(self) -> bool:
        return self.registration.state == State.CANCELLED


@dataclass(frozen=True)
class Door:
    """Who is expected and who has arrived.

    `rows` match the search, in all states; without a search they are the people with a seat. `namesakes` is the number of people
    who share one name among them. `everyone` is the row of each registration by primary key.
    """

    arrived: int
    expected: int
    rows: list[DoorRow]
    more: int
    namesakes: int
    everyone: dict[int, DoorRow]
    q: str

    @property
    def left(self) -> int:
        return self.expected - self.arrived


def door(event: Event, q: str) -> Door:
    """One query. Names are folded and compared in Python."""
    everyone = _rows(event)
    wanted = folded(q)
    found = [row for row in everyone if (matches(row.registration, wanted) if wanted else row.has_seat)]
    seated = [row for row in everyone if row.has_seat]
    shared = Counter(folded(row.registration.name) for row in found if not row.has_gone) if wanted else Counter[str]()
    most = max(shared.values(), default=0)
    return Door(
        arrived=sum(row.is_in for row in seated),
        expected=len(seated),
        rows=found[:SHOWN],
        more=max(len(found) - SHOWN, 0),
        namesakes=most if most > 1 else 0,
        everyone={row.registration.pk: row for row in everyone},
        q=q,
    )


def namesakes(event: Event, added: AddedPerson) -> list[DoorRow]:
    """The people with the name of `added`. One of them as a guest would be on the list twice.

    Not the guest whom the same form made, nor the account with the address that was typed: both are found without a name.
    """
    wanted = folded(added.name)
    return [
        row
        for row in _rows(event)
        if folded(row.registration.name) == wanted
        and row.registration.person_key != added.guest.person_key
        and not (added.email and row.registration.attendee and row.registration.attendee.email.lower() == added.email)
    ]


def _rows(event: Event) -> list[DoorRow]:
    """Everyone by name; people of one name with a seat first. One query."""
    registrations = list(Registration.objects.filter(event=event).select_related("attendee", "slot__lottery"))
    active = [one for one in registrations if one.is_active]
    numbers = queue_numbers(active)
    shared = Counter(folded(one.name) for one in active)
    people = [
        DoorRow(
            one,
            "" if one.state == State.CONFIRMED else state_of(one, numbers),
            free_seats(one.slot) if one.state == State.WAITLISTED else 0,
            shared[folded(one.name)] > (1 if one.is_active else 0),
        )
        for one in [*active, *_gone(registrations, active)]
    ]
    return sorted(
        people,
        key=lambda row: (
            folded(row.registration.name),
            ORDER.index(State(row.registration.state)),
            row.registration.pk,
        ),
    )


def _gone(registrations: Iterable[Registration], active: Iterable[Registration]) -> Iterable[Registration]:
    """The people who canceled and did not come back, each once."""
    here = {one.person_key for one in active}
    gone = {one.person_key: one for one in sorted(registrations, key=lambda one: one.pk) if not one.is_active}
    return [one for key, one in gone.items() if key not in here]
