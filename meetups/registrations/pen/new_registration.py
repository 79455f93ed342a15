"""A new registration, written in one statement with everything that belongs to it: seat count, row, history and message.

In a rush this happens a hundred times a second, while everyone else waits for the seat lock. The `Ledger` writes all other steps,
in as many statements as there are tables.
"""

from django.db import connection

from meetups.core.sql_statements import Insert, Statement
from meetups.history.models import HistoryEntry
from meetups.notifications.models import Notification
from meetups.notifications.wake import wake
from meetups.registrations.models import Registration

# Its number within the event and its code come from PostgreSQL (migrations 0008, 0010).
_ROW = Insert(Registration, "registration", number="NULL::integer", code="NULL::varchar")
# History and message contain the registration's number, which exists only after the insert.
_ENTRY = Insert(HistoryEntry, "entry", subject="registration.subject")
_MESSAGE = Insert(
    Notification,
    "message",
    *("kind", "recipient_id", "thread", "urgent", "created_at", "due_at"),
    subject="registration.subject",
    key="%(message_key)s::text || registration.subject || ':' || entry.id",
)
_INSERT = Statement(f"""
    WITH seats AS (
        UPDATE registrations_slot SET taken = taken + %(sold)s, next_place = %(next_place)s WHERE id = %(slot)s
    ), again AS (
        UPDATE events_event SET sequence = sequence + 1, sequence_since = %(entry_at)s::timestamptz
        WHERE id = %(registration_event_id)s::bigint AND %(registration_state)s::varchar = 'confirmed' AND EXISTS (
            SELECT FROM registrations_registration earlier
            WHERE earlier.attendee_id = %(registration_attendee_id)s::bigint AND earlier.event_id = events_event.id
                AND earlier.confirmed_at IS NOT NULL
        )
        RETURNING sequence
    ), registration AS (
        INSERT INTO registrations_registration {_ROW.sql} RETURNING id, number, code, 'registration:' || id AS subject
    ), entry AS (
        INSERT INTO history_historyentry {_ENTRY.sql} FROM registration RETURNING id
    ), message AS (
        INSERT INTO notifications_notification {_MESSAGE.sql} FROM registration, entry ON CONFLICT DO NOTHING
    )
    SELECT id, number, code, (SELECT sequence FROM again) FROM registration
""")


def insert_registration(
    registration: Registration, entry: HistoryEntry, message: Notification, *, sold: int, next_place: int
) -> int | None:
    """Writes `registration`, `entry` and `message`, none of which is saved yet, and adds `sold` to the taken seats of the slot.

    Returns the new SEQUENCE of the event, where a person gets a seat who had one before and gave it up: their calendar has removed the
    event, and takes it back only with a higher one. Else None.
    `entry` and `message` need no subject. Raises IntegrityError where a constraint forbids it; then nothing is written.
    """
    row = _INSERT.one(
        sold=sold,
        next_place=next_place,
        slot=registration.slot_id,
        **_ROW.parameters(registration),
        **_ENTRY.parameters(entry),
        **_MESSAGE.parameters(message) | {"message_key": f"{message.kind}:{message.recipient_id}:"},
    )
    assert row is not None
    registration.pk, registration.number, registration.code, sequence = row
    registration._state.adding = False
    registration._state.db = connection.alias
    wake()
    return None if sequence is None else int(sequence)
