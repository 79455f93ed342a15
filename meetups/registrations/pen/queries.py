"""Queries that the pen and the pages need for every registration, written by hand in SQL (see `meetups.core.sql_statements`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from meetups.accounts.models import User
from meetups.core.sql_statements import Columns, Statement
from meetups.events.models import Event
from meetups.events.open_event import EVENT_COLUMNS, EVENT_TABLES, EVENT_WIDTH, event_from
from meetups.registrations.models import Lottery, Registration, Slot

_REGISTRATION = Columns(Registration, "registration")
_SLOT = Columns(Slot, "slot")
_LOTTERY = Columns(Lottery, "lottery")
_LOTTERY_OF_SLOT = Slot._meta.get_field("lottery")

# For statements that read more columns next to these: a registration, then its slot with its lottery.
REGISTRATION_COLUMNS = _REGISTRATION.sql
REGISTRATION_WIDTH = len(_REGISTRATION)
SLOT_COLUMNS = f"{_SLOT.sql}, {_LOTTERY.sql}"
SLOT_WIDTH = len(_SLOT) + len(_LOTTERY)

_SLOTS_OF = Statement(f"""
    SELECT {SLOT_COLUMNS} FROM registrations_slot slot LEFT JOIN registrations_lottery lottery ON lottery.slot_id = slot.id
    WHERE slot.event_id = %(event)s ORDER BY slot.position, slot.id
""")
_ACTIVE = Statement(f"""
    SELECT {REGISTRATION_COLUMNS} FROM registrations_registration registration
    WHERE registration.event_id = %(event)s AND registration.state <> 'cancelled'
        AND (registration.attendee_id = %(person)s OR registration.person_key = %(key)s)
    ORDER BY registration.attendee_id IS DISTINCT FROM %(person)s LIMIT 1
""")
_NEWCOMER = Statement(f"""
    SELECT {EVENT_COLUMNS}, {SLOT_COLUMNS},
        EXISTS (SELECT FROM registrations_registration waiting WHERE waiting.slot_id = slot.id AND waiting.state = 'waitlisted'),
        registration.is_answer, {REGISTRATION_COLUMNS}
    FROM {EVENT_TABLES} JOIN registrations_slot slot ON slot.event_id = event.id
    LEFT JOIN registrations_lottery lottery ON lottery.slot_id = slot.id
    LEFT JOIN LATERAL (
        SELECT * FROM (
            SELECT true AS is_answer, answer.* FROM registrations_registration answer
            WHERE answer.attendee_id = %(person)s AND answer.request_id = %(request_id)s::uuid
            UNION ALL
            SELECT false AS is_answer, active.* FROM registrations_registration active
            WHERE active.event_id = event.id AND active.state <> 'cancelled'
                AND (active.attendee_id = %(person)s OR active.person_key = %(key)s)
        ) found
        ORDER BY found.is_answer DESC, found.attendee_id IS DISTINCT FROM %(person)s LIMIT 1
    ) registration ON true
    WHERE event.id = %(event)s ORDER BY slot.position, slot.id
""")
_SOMEONE_WAITS = Statement("""
    SELECT EXISTS (SELECT FROM registrations_registration WHERE slot_id = %(slot)s AND state = 'waitlisted')
""")
_SOMEONE_FITS = Statement("""
    SELECT EXISTS (
        SELECT FROM registrations_registration WHERE slot_id = %(slot)s AND state = 'waitlisted'
        GROUP BY place HAVING count(*) <= %(seats)s
    )
""")


def slot_from(row: Sequence[Any]) -> Slot:
    """The slot with its lottery, from the columns `SLOT_COLUMNS`."""
    slot = _SLOT.read(row[: len(_SLOT)])
    lottery = _LOTTERY.read_or_none(row[len(_SLOT) :])
    # Like `select_related`: the cache also remembers that there is no lottery.
    _LOTTERY_OF_SLOT.set_cached_value(slot, lottery)
    if lottery:
        lottery.slot = slot
    return slot


def registration_from(row: Sequence[Any]) -> Registration | None:
    """The registration, from the columns `REGISTRATION_COLUMNS`; None where an outer join found none."""
    return _REGISTRATION.read_or_none(row)


def slots_of(event_id: int) -> dict[int, Slot]:
    """The slots of an event with their lotteries, by primary key, in the organizers' order."""
    return {slot.pk: slot for slot in map(slot_from, _SLOTS_OF.all(event=event_id))}


def active_registration(event_id: int, person: User) -> Registration | None:
    """The active registration of `person`; if there is none, that of another account with the same mailbox (RULES 16)."""
    row = _ACTIVE.one(event=event_id, person=person.pk, key=person.person_key)
    return registration_from(row) if row else None


@dataclass(frozen=True)
class Newcomer:
    """Everything that decides about a person who asks for a place, read at one moment.

    `slots` are in the organizers' order. `waited_for` are the primary keys of the slots whose queue is not empty. `answer` is
    what the same request got before (RULES 31). Where there is no answer, `active` is what `active_registration` returns.
    """

    person: User
    event: Event
    slots: dict[int, Slot]
    waited_for: frozenset[int]
    answer: Registration | None
    active: Registration | None


def newcomer(event_id: int, person: User, request_id: UUID | None) -> Newcomer:
    """Reads the newcomer in one query. Raises Event.DoesNotExist for an event without slots."""
    rows = _NEWCOMER.all(event=event_id, person=person.pk, key=person.person_key, request_id=request_id)
    if not rows:
        raise Event.DoesNotExist
    after_slot = EVENT_WIDTH + SLOT_WIDTH
    slots = [slot_from(row[EVENT_WIDTH:after_slot]) for row in rows]
    is_answer, *columns = rows[0][after_slot + 1 :]
    found = registration_from(columns)
    return Newcomer(
        person,
        event_from(rows[0]),
        {slot.pk: slot for slot in slots},
        frozenset(slot.pk for slot, row in zip(slots, rows, strict=True) if row[after_slot]),
        answer=found if is_answer else None,
        active=None if is_answer else found,
    )


def someone_waits(slot: Slot) -> bool:
    """Whether the queue of `slot` is not empty."""
    row = _SOMEONE_WAITS.one(slot=slot.pk)
    return row is not None and bool(row[0])


def someone_goes_first(slot: Slot) -> bool:
    """Whether a newcomer would overtake someone. A pair that does not fit keeps its place and blocks no one (RULES 3)."""
    return someone_fits(slot, slot.seats_left) if slot.takes_pairs and slot.seats_left else someone_waits(slot)


def someone_fits(slot: Slot, seats: int) -> bool:
    """Whether someone in the queue of `slot` fits into `seats` seats. A pair needs two (RULES 3)."""
    row = _SOMEONE_FITS.one(slot=slot.pk, seats=seats)
    return row is not None and bool(row[0])
