"""A backup that was restored: much of what it thinks is due has been sent already, so it waits for an operator. Steps."""

from datetime import datetime

from django.db import connection

from meetups.notifications.models import Outbox

# None of the three comes back from a dump: not the server's number, nor those of database and table.
_PLACE = """
    SELECT system_identifier || '/' || (SELECT oid FROM pg_database WHERE datname = current_database())
        || '/' || 'notifications_notification'::regclass::oid
    FROM pg_control_system()
"""


def held_before(at: datetime) -> datetime | None:
    """What fell due before this instant must not leave; None where nothing is held.

    The first sender that finds the outbox in another database than the one it was written in holds everything due before `at`.
    """
    outbox = Outbox.objects.first()
    place = _place()
    if outbox is None:
        Outbox.objects.bulk_create([Outbox(place=place)], ignore_conflicts=True)
        return None
    if outbox.place != place:
        # Of two senders who notice at once the first one's instant stands.
        Outbox.objects.filter(place=outbox.place).update(place=place, held_before=at)
        return Outbox.objects.values_list("held_before", flat=True).get()
    return outbox.held_before


def _place() -> str:
    with connection.cursor() as cursor:
        cursor.execute(_PLACE)
        [place] = cursor.fetchone()
    return str(place)
