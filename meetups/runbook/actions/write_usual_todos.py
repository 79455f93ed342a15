"""An organizer adds the usual things to do."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.events.models import Event
from meetups.history.models import record
from meetups.runbook.things import append, lock_list
from meetups.runbook.usual_things import usual_things


def write_usual_todos(*, event: Event, at: datetime, by: User) -> int:
    """Adds what isn't there yet, and returns how many. Raises TooManyTodos."""
    with transaction.atomic(durable=True):
        event = lock_list(event)
        added = len(append(event, usual_things(event, at)))
        if added:
            record(
                thread=event.thread, subject=f"todos:{event.pk}", verb="write_usual_todos", at=at, by=by, number=added
            )
        return added
