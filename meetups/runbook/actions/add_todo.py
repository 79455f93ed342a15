"""An organizer adds a thing to do."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.events.models import Event
from meetups.history.models import record
from meetups.runbook.things import TodoPlan, append, lock_list, refuse_strangers


def add_todo(*, event: Event, plan: TodoPlan, at: datetime, by: User) -> bool:
    """Returns False if a thing with this title is there already. Raises NotOnTheTeam, TooManyTodos."""
    with transaction.atomic(durable=True):
        event = lock_list(event)
        refuse_strangers(plan.owner_id, event)
        added = append(event, [plan])
        for todo in added:
            record(thread=event.thread, subject=todo.subject, verb="add_todo", at=at, by=by)
        return bool(added)
