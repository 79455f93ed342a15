"""The clock sends a standing message to those who have joined its groups."""

from datetime import datetime

from django.db import transaction

from meetups.events.models import Event
from meetups.lifecycle.messages.standing import newcomers, tell
from meetups.lifecycle.models import Message


def tell_newcomers(*, message: Message, at: datetime) -> int:
    """Returns the number of people: 0 where no one has joined, another clock was first, or it doesn't stand any more."""
    new, back = newcomers(message, message.event, at=at)
    if not new and not back.exists():
        # Nearly always. No one who registers waits for a lock then.
        return 0
    with transaction.atomic(durable=True):
        event = Event.objects.select_for_update(no_key=True).get(pk=message.event_id)
        standing = Message.objects.standing(at).select_for_update(of=("self",)).filter(pk=message.pk).first()
        return tell(standing, event, at=at) if standing else 0
