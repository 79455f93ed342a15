"""The clock sends a scheduled message, or an organizer sends it before its time."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.events.models import Event
from meetups.lifecycle.messages.message_steps import send
from meetups.lifecycle.models import Message


def send_message(*, message: Message, at: datetime, by: User | None = None) -> int:
    """Sends it to the audience as it is at `at`: when it is due, or before that if a person (`by`) wants it so.

    Returns the number of people. 0 if another clock was first or the message was withdrawn.
    """
    with transaction.atomic(durable=True):
        # In the same order as every other writer: first the event, then the rows about it.
        event = Event.objects.select_for_update(no_key=True).get(pk=message.event_id)
        waiting = Message.objects.select_for_update(of=("self",)).filter(pk=message.pk, state=Message.State.SCHEDULED)
        due = (waiting if by else waiting.due(at)).first()
        if due is None:
            return 0
        send(due, event, at=at, by=by)
        return due.recipients or 0
