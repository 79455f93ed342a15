"""An organizer adds a line to the teardown list."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.events.models import Event
from meetups.history.models import record
from meetups.volunteers.teardown_list import ChoreLine, append_lines, lock_list


def add_chore(*, event: Event, line: ChoreLine, at: datetime, by: User) -> bool:
    """Adds `line` at the end. Returns False if a line of the same sort and text is there already.

    Raises EventClosed, ListIsClosed, ListIsFull.
    """
    with transaction.atomic(durable=True):
        event = lock_list(event, at)
        added = append_lines(event, [line])
        if added:
            record(thread=event.thread, subject=f"teardown:{event.pk}", verb="add_chore", at=at, by=by)
        return bool(added)
