"""People who asked for a community's new events hear of one."""

from datetime import datetime, timedelta

from django.db import transaction

from meetups.core.each import Run, each
from meetups.events.models import Event, Undo
from meetups.reminders.news_readers import news_readers, tell, with_a_part, without_those_told

# If the clock was stopped for longer than this, an announcement is skipped.
NEWS = timedelta(days=1)


def announce_events(*, at: datetime) -> Run[int]:
    """Tells the people who asked for new events of a community before this event was published (RULES 158).

    It may run again and again: each person hears once (RULES 29).

    Events that only people with the link or the team may see are not announced. While a publication can be taken back, its mail
    waits (RULES 256). Returns the number of new messages, event by event.
    """
    fresh = Event.objects.published().filter(published_at__gt=at - NEWS, published_at__lte=at, starts_at__gt=at)
    fresh = fresh.filter(community__resting_since__isnull=True)
    return each(fresh.select_related("community").order_by("pk"), lambda event: _announce(event, at))


def _announce(event: Event, at: datetime) -> int:
    readers = news_readers(event)
    if not readers:
        return 0
    with transaction.atomic():
        people = without_those_told("event_announced", event, readers)
        if people:
            people -= with_a_part(event, people)
        waits = event.undoable.filter(kind=Undo.Kind.PUBLICATION, until__gt=at).first() if people else None
        return tell("event_announced", event, people, at=at, due_at=waits.until if waits else None)
