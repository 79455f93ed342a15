"""People who asked for it hear that registration of an event has opened."""

from datetime import datetime, timedelta

from django.db import transaction

from meetups.core.each import Run, each
from meetups.events.models import Event
from meetups.reminders.news_readers import opening_readers, tell, without_those_told

# If the clock was stopped for longer than this, the opening is no news.
NEWS = timedelta(days=1)


def tell_openings(*, at: datetime) -> Run[int]:
    """Tells those who asked to be reminded (RULES 222). Each person hears once, also where registration opens twice.

    Returns the number of new messages, event by event.
    """
    opened = Event.objects.published().filter(
        registration_opens_at__gt=at - NEWS, registration_opens_at__lte=at, starts_at__gt=at
    )
    return each(opened.select_related("community").order_by("pk"), lambda event: _tell(event, at))


def _tell(event: Event, at: datetime) -> int:
    readers = opening_readers(event)
    if not readers:
        return 0
    with transaction.atomic():
        people = without_those_told("registration_opened", event, readers)
        return tell("registration_opened", event, people, at=at)
