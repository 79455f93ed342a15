"""The clock sends a scheduled message."""

from datetime import datetime

from django.db import transaction

from meetups.events.models import Event
from meetups.lifecycle.messages import send
from meetups.lifecycle.models import Message


def send_message(*, message: Message, at: datetime) -> int:
    """Sends it to the audience as it is at `at`.

    Returns the number of people. 0 if another clock was first or the message was withdrawn.
    """
    with transaction.atomic(durable=True):
        # In the same order as every other writer: first the event, then the rows about it.
        event = Event.objects.select_for_update(no_key=True).get(pk=message.event_id)
        due = Message.objects.select_for_update(of=("self",)).due(at).filter(pk=message.pk).first()
        if due is None:
            return 0
        send(due, event, at=at, by=None)
        return due.recipients or 0
