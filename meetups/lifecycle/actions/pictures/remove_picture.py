"""An organizer removes a picture of the text of an event."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.events.models import Event
from meetups.history.models import record


def remove_picture(*, event: Event, name: str, at: datetime, by: User) -> None:
    """Where a text still names it, its words stand there. The clock deletes the file once no event shows it (RULES 79).

    Nothing happens if it is gone already.
    """
    with transaction.atomic(durable=True):
        if event.pictures.filter(name=name).delete()[0]:
            record(thread=event.thread, subject=f"event:{event.pk}", verb="remove_picture", at=at, by=by)
