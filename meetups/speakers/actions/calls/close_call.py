"""An organizer closes a call for speakers."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.history.models import record
from meetups.speakers.models import Call


def close_call(*, call: Call, at: datetime, by: User) -> None:
    """Takes no more proposals; those that are there stay. A second call changes nothing."""
    with transaction.atomic(durable=True):
        found = Call.objects.select_for_update(of=("self",), no_key=True).select_related("event", "community")
        call = found.get(pk=call.pk)
        if call.closed_at:
            return
        call.closed_at = at
        call.save(update_fields=["closed_at"])
        thread = call.event.thread if call.event else call.community.thread
        record(thread=thread, subject=call.subject, verb="close_call", at=at, by=by)
