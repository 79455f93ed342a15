"""An organizer adds the usual lines to a teardown list."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.events.models import Event
from meetups.history.models import record
from meetups.volunteers.teardown_list import append_lines, lock_list
from meetups.volunteers.usual_chores import usual_lines


def write_usual_chores(*, event: Event, at: datetime, by: User) -> int:
    """Adds the usual lines in the event's language, without those that the list has already. Returns the number of new lines.

    Raises EventClosed, ListIsClosed, ListIsFull.
    """
    with transaction.atomic(durable=True):
        event = lock_list(event, at)
        added = append_lines(event, usual_lines(event.language))
        if added:
            record(
                thread=event.thread,
                subject=f"teardown:{event.pk}",
                verb="write_usual_chores",
                at=at,
                by=by,
                lines=added,
            )
        return added
