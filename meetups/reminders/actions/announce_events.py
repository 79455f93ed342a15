"""People who asked for a community's new events hear of one."""

from datetime import datetime, timedelta

from django.db import transaction

from meetups.core.each import Run, each
from meetups.events.models import Event
from meetups.notifications.models import Notification
from meetups.notifications.notify import notification, notify_all
from meetups.reminders.news_readers import news_readers, with_a_part

# If the clock was stopped for longer than this, an announcement is skipped.
NEWS = timedelta(days=1)


def announce_events(*, at: datetime) -> Run[int]:
    """Tells the people who asked for new events of a community before this event was published (RULES 158).

    It may run again and again: each person hears once (RULES 29).

    Events that only people with the link or the team may see are not announced. Returns the number of new messages, event by
    event.
    """
    fresh = Event.objects.published().filter(published_at__gt=at - NEWS, published_at__lte=at, starts_at__gt=at)
    fresh = fresh.filter(community__resting_since__isnull=True)
    return each(fresh.select_related("community").order_by("pk"), lambda event: _announce(event, at))


def _announce(event: Event, at: datetime) -> int:
    readers = news_readers(event)
    if not readers:
        return 0
    with transaction.atomic():
        told = Notification.objects.filter(thread=event.thread, kind="event_announced").values_list(
            "recipient", flat=True
        )
        people = readers - set(told)
        if people:
            people -= with_a_part(event, people)
        return notify_all(
            notification(
                kind="event_announced",
                recipient_id=person,
                thread=event.thread,
                subject=f"event:{event.pk}",
                cause=1,
                at=at,
                not_after=event.starts_at,
            )
            for person in sorted(people)
        )
