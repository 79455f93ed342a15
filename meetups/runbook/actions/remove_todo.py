"""An organizer removes a thing to do."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.history.models import record
from meetups.runbook.models import Todo
from meetups.runbook.things import TodoIsGone, lock_todo


def remove_todo(*, todo: Todo, at: datetime, by: User) -> None:
    """Removes it. What is gone already stays so."""
    with transaction.atomic(durable=True):
        try:
            todo = lock_todo(todo)
        except TodoIsGone:
            return
        record(thread=todo.event.thread, subject=todo.subject, verb="remove_todo", at=at, by=by)
        todo.delete()
