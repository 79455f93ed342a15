"""Volunteers are thanked on the day after their shift."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Prefetch

from meetups.core.each import Run, each
from meetups.events.models import Event
from meetups.lifecycle.due_reminders import THANKS_HOLD, thanks_moment
from meetups.notifications.models import Notification
from meetups.notifications.notify import notification, notify_all
from meetups.volunteers.models import Shift, Signup

KIND = "shift_thanks"


def thank_volunteers(*, at: datetime) -> Run[int]:
    """Thanks every volunteer whose shift is done, or has no other result noted.

    Each person is thanked once, however often this runs (RULES 76).

    Returns the number of new messages, event by event.
    """
    return each(_just_over(at), lambda event: _thank(event, at))


def _just_over(at: datetime) -> Iterable[Event]:
    """The events whose volunteers may have to be thanked now."""
    shifts = Shift.objects.open()
    lately = shifts.filter(
        event=OuterRef("pk"), ends_at__gt=at - THANKS_HOLD - timedelta(days=2), ends_at__lte=at, taken__gt=0
    )
    events = Event.objects.published().filter(Exists(lately), ends_at__lte=at)
    return events.prefetch_related(Prefetch("shifts", queryset=shifts, to_attr="open_shifts")).order_by("pk")


def _thank(event: Event, at: datetime) -> int:
    moment = thanks_moment(event, getattr(event, "open_shifts", []))
    if not moment.is_due(event, at):
        return 0
    with transaction.atomic():
        there = set(Notification.objects.filter(thread=event.thread, kind=KIND).values_list("key", flat=True))
        done = Signup.objects.done(at).filter(shift__event=event)
        rows = [
            notification(
                kind=KIND,
                recipient_id=person,
                thread=event.thread,
                subject=f"event:{event.pk}",
                cause=moment.cause(event),
                at=at,
                due_at=moment.due_at,
                not_after=moment.not_after,
            )
            for person in sorted(set(done.values_list("volunteer_id", flat=True)))
        ]
        return notify_all(row for row in rows if row.key not in there)
