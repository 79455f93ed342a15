"""An organizer deletes what was typed for an event that never became one."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.events.models import UnfinishedEvent
from meetups.history.models import record


def delete_unfinished(*, unfinished: UnfinishedEvent, at: datetime, by: User) -> None:
    """History says who did it. A second call changes nothing."""
    with transaction.atomic(durable=True):
        if UnfinishedEvent.objects.filter(pk=unfinished.pk).delete()[0]:
            thread = unfinished.community.thread
            record(thread=thread, subject=f"unfinished:{unfinished.pk}", verb="delete_draft", at=at, by=by)
