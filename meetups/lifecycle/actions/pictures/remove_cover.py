"""An organizer takes the picture at the head of an event's page away."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.events.models import Event
from meetups.history.models import record


def remove_cover(*, event: Event, at: datetime, by: User) -> Event:
    """The community's pattern takes its place. The file is deleted a day later, unless another event shows it too (RULES 79)."""
    with transaction.atomic(durable=True):
        event = Event.objects.select_for_update(of=("self",), no_key=True).select_related("community").get(pk=event.pk)
        if event.cover:
            event.cover = ""
            event.save(update_fields=["cover"])
            record(thread=event.thread, subject=f"event:{event.pk}", verb="remove_cover", at=at, by=by)
        return event
