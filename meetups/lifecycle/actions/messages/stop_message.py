"""An organizer stops a standing message, or the clock does at its stop time."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.events.models import Event
from meetups.lifecycle.messages.standing import stop
from meetups.lifecycle.models import Message


def stop_message(*, message: Message, at: datetime, by: User | None = None) -> bool:
    """Says whether it stood until now. The clock (without `by`) stops it only when its time is over: it may have moved."""
    with transaction.atomic(durable=True):
        event = Event.objects.select_for_update(no_key=True).get(pk=message.event_id)
        rows = Message.objects if by else Message.objects.stood(at)
        found = rows.select_for_update().filter(pk=message.pk, state=Message.State.STANDING).first()
        if found:
            stop(found, event, at=at, by=by)
        return found is not None
