"""An organizer takes the list of attendees away as a file."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.events.models import Event
from meetups.history.models import record
from meetups.registrations.models import Registration


def take_list(*, event: Event, entrance: bool, at: datetime, by: User) -> list[Registration]:
    """Everyone who was ever registered. That the file was taken stands in the history, with the number of people (RULES 202)."""
    with transaction.atomic():
        everyone = list(Registration.objects.filter(event=event).with_people())
        record(
            thread=event.thread,
            subject=event.thread,
            verb="take_entrance_list" if entrance else "take_list",
            at=at,
            by=by,
            number=len(everyone),
        )
    return everyone
