"""People who asked for announcements hear of a new event."""

from datetime import datetime, timedelta

from django.db import transaction

from meetups.core.each import Run, each
from meetups.events.models import Event
from meetups.notifications.models import Notification, Preference, Topic
from meetups.notifications.notify import notification, notify_all

# If the clock was stopped for longer than this, an announcement is skipped.
NEWS = timedelta(days=1)


def announce_events(*, at: datetime) -> Run[int]:
    """Tells the people who asked for new events of a community before this event was published.

    It may run again and again: each person hears once (RULES 29).

    Events that are not public are not announced. Returns the number of new messages, event by event.
    """
    fresh = Event.objects.published().filter(
        visibility=Event.Visibility.PUBLIC, published_at__gt=at - NEWS, published_at__lte=at, starts_at__gt=at
    )
    return each(fresh.select_related("community").order_by("pk"), lambda event: _announce(event, at))


def _announce(event: Event, at: datetime) -> int:
    asked = Preference.objects.filter(
        topic=Topic.ANNOUNCEMENTS, thread=event.community.thread, wanted=True, chosen_at__lt=event.published_at
    )
    with transaction.atomic():
        told = Notification.objects.filter(thread=event.thread, kind="event_announced")
        people = asked.exclude(person__in=told.values("recipient")).order_by("person").values_list("person", flat=True)
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
            for person in people
        )
