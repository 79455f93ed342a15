"""Steps for a restored backup: it may list messages as due that were already sent, so they wait for an operator."""

from datetime import datetime

from django.db import connection

from meetups.notifications.models import Outbox

# A dump restores none of these three numbers: of the server, of the database and of the table.
_PLACE = """
    SELECT system_identifier || '/' || (SELECT oid FROM pg_database WHERE datname = current_database())
        || '/' || 'notifications_notification'::regclass::oid
    FROM pg_control_system()
"""


def held_before(at: datetime) -> datetime | None:
    """The time before which due messages must not leave. None if nothing is held.

    The outbox remembers its database. The first sender that finds it in another database holds everything due before `at`.
    """
    outbox = Outbox.objects.first()
    place = _place()
    if outbox is None:
        Outbox.objects.bulk_create([Outbox(place=place)], ignore_conflicts=True)
        return None
    if outbox.place != place:
        # If two senders notice it at the same time, the time of the first counts.
        Outbox.objects.filter(place=outbox.place).update(place=place, held_before=at)
        return Outbox.objects.values_list("held_before", flat=True).get()
    return outbox.held_before


def _place() -> str:
    with connection.cursor() as cursor:
        cursor.execute(_PLACE)
        [place] = cursor.fetchone()
    return str(place)
