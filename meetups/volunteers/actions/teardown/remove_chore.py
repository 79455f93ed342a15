"""An organizer removes a line from the teardown list."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.history.models import record
from meetups.volunteers.models import Chore
from meetups.volunteers.teardown_list import lock_chore, lock_list


def remove_chore(*, chore: Chore, at: datetime, by: User) -> None:
    """Removes the line with its tick. Raises EventClosed, ListIsClosed, LineIsGone."""
    with transaction.atomic(durable=True):
        event = lock_list(chore.event, at)
        chore = lock_chore(chore)
        record(thread=event.thread, subject=chore.subject, verb="remove_chore", at=at, by=by)
        chore.delete()
