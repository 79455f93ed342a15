"""An organizer takes back a message before it leaves."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.events.models import Event, Undo
from meetups.events.undo import claim_undo
from meetups.lifecycle.messages.message_steps import withdraw
from meetups.lifecycle.models import Message


def take_back_message(*, undo: Undo, at: datetime, by: User) -> Message:
    """The message is a draft with its text, and no one gets it. Raises UndoHasEnded (RULES 191)."""
    with transaction.atomic(durable=True):
        event = Event.objects.select_for_update(no_key=True).get(pk=undo.event_id)
        undo = claim_undo(undo, at=at)
        message = event.messages.select_for_update().get(pk=undo.subject.partition(":")[2])
        withdraw(message, event, at=at, by=by, state=Message.State.DRAFT)
        return message
