"""An organizer withdraws a scheduled message or a draft."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.events.models import Event
from meetups.lifecycle.messages.message_steps import withdraw
from meetups.lifecycle.models import Message
from meetups.lifecycle.refusals import MessageHasLeft


def withdraw_message(*, message: Message, at: datetime, by: User) -> None:
    """Withdraws the message, so that no one gets it. A second call changes nothing. Raises MessageHasLeft if it was sent."""
    with transaction.atomic(durable=True):
        event = Event.objects.select_for_update(no_key=True).get(pk=message.event_id)
        message = Message.objects.select_for_update().get(pk=message.pk)
        if message.state == Message.State.WITHDRAWN:
            return
        if message.state in {Message.State.SENT, Message.State.STANDING}:
            raise MessageHasLeft
        withdraw(message, event, at=at, by=by)
