"""An organizer says that a thing is done, or isn't after all."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.history.models import record
from meetups.runbook.models import Todo
from meetups.runbook.things import lock_todo


def tick_todo(*, todo: Todo, done: bool, at: datetime, by: User) -> Todo:
    """The same value again changes nothing: the first who said so counts. Raises TodoIsGone."""
    with transaction.atomic(durable=True):
        todo = lock_todo(todo)
        if (todo.done_at is not None) == done:
            return todo
        todo.done_at, todo.done_by = (at, by) if done else (None, None)
        todo.save(update_fields=["done_at", "done_by"])
        record(
            thread=todo.event.thread,
            subject=todo.subject,
            verb="finish_todo" if done else "reopen_todo",
            at=at,
            by=by,
        )
        return todo
