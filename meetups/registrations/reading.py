"""What the pen and the pages read for everyone who registers, as statements of our own (see `meetups.core.statements`)."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from meetups.accounts.models import User
from meetups.core.statements import Columns, Statement
from meetups.registrations.models import Lottery, Registration, Slot

_REGISTRATION = Columns(Registration, "registration")
_SLOT = Columns(Slot, "slot")
_LOTTERY = Columns(Lottery, "lottery")
_LOTTERY_OF_SLOT = Slot._meta.get_field("lottery")

# For statements that read more beside it: a registration, then its slot with its lottery.
REGISTRATION_COLUMNS = _REGISTRATION.sql
REGISTRATION_WIDTH = len(_REGISTRATION)
SLOT_COLUMNS = f"{_SLOT.sql}, {_LOTTERY.sql}"

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
_ANSWERED = Statement(f"""
    SELECT {REGISTRATION_COLUMNS} FROM registrations_registration registration
    WHERE registration.attendee_id = %(person)s AND registration.request_id = %(request_id)s
""")
_SOMEONE_WAITS = Statement("""
    SELECT EXISTS (SELECT FROM registrations_registration WHERE slot_id = %(slot)s AND state = 'waitlisted')
""")


def slot_from(row: Sequence[Any]) -> Slot:
    """The slot with its lottery, from the columns `SLOT_COLUMNS`."""
    slot = _SLOT.read(row[: len(_SLOT)])
    lottery = _LOTTERY.read_or_none(row[len(_SLOT) :])
    # As `select_related` does it: that there is none is remembered too.
    _LOTTERY_OF_SLOT.set_cached_value(slot, lottery)
    if lottery:
        lottery.slot = slot
    return slot


def registration_from(row: Sequence[Any]) -> Registration | None:
    """The registration, from the columns `REGISTRATION_COLUMNS`; None where an outer join found none."""
    return _REGISTRATION.read_or_none(row)


def slots_of(event_id: int) -> dict[int, Slot]:
    """The slots of an event with their lotteries by primary key, in the organizers' order."""
    return {slot.pk: slot for slot in map(slot_from, _SLOTS_OF.all(event=event_id))}


def active_registration(event_id: int, person: User) -> Registration | None:
    """The active registration of `person`, else that of another account of her mailbox (RULES 16)."""
    row = _ACTIVE.one(event=event_id, person=person.pk, key=person.person_key)
    return registration_from(row) if row else None


def answered(person: User, request_id: UUID) -> Registration | None:
    """What a request of `person` got that came before (RULES 31)."""
    row = _ANSWERED.one(person=person.pk, request_id=request_id)
    return registration_from(row) if row else None


def someone_waits(slot: Slot) -> bool:
    """Whether anybody is in the queue."""
    row = _SOMEONE_WAITS.one(slot=slot.pk)
    return row is not None and bool(row[0])
