"""An organizer changes a thing to do."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.core.versions import refuse_what_has_changed
from meetups.history.models import record
from meetups.runbook.models import Todo
from meetups.runbook.things import TodoPlan, lock_todo, refuse_strangers, todo_version


def change_todo(*, todo: Todo, plan: TodoPlan, seen: str | None = None, at: datetime, by: User) -> Todo:
    """Saves `plan`. What is done stays done, and no one is reminded a second time.

    `seen` is the `todo_version` that the form was filled from. Raises TodoIsGone, ChangedMeanwhile, NotOnTheTeam.
    """
    with transaction.atomic(durable=True):
        todo = lock_todo(todo)
        if (todo.title, todo.days, todo.owner_id) == (plan.title, plan.days, plan.owner_id):
            return todo
        refuse_what_has_changed(seen, todo_version(todo))
        if plan.owner_id != todo.owner_id:
            refuse_strangers(plan.owner_id, todo.event)
        todo.title, todo.days, todo.owner_id = plan.title, plan.days, plan.owner_id
        todo.save(update_fields=["title", "days", "owner"])
        record(thread=todo.event.thread, subject=todo.subject, verb="change_todo", at=at, by=by)
        return todo
