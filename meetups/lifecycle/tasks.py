"""The clock's tasks for organizers' messages and for the search."""

from datetime import datetime

from celery import shared_task
from django.utils import timezone

from meetups.core.each import each
from meetups.events.models import Event
from meetups.lifecycle.actions.end_search import end_search
from meetups.lifecycle.actions.index_event import index_event
from meetups.lifecycle.actions.messages.send_message import send_message
from meetups.lifecycle.models import Message, SearchDue

# A run takes a few seconds at most. The rest comes with the next one.
MOST_INDEXED = 1_000


@shared_task(name="lifecycle.send_messages")
def send_due_messages(at: datetime | None = None) -> str:
    """Sends the scheduled messages that are due, and says to how many people."""
    now = at or timezone.now()
    run = each(
        Message.objects.due(now).order_by("send_at", "pk"), lambda message: send_message(message=message, at=now)
    )
    return run.report(
        f"{run.done} messages of organizers sent to {sum(run.results)} people"
        if run.done
        else "No message of organizers was due"
    )


@shared_task(name="lifecycle.index_events")
def index_events(at: datetime | None = None) -> str:
    """Makes events findable by the words that they have now, and takes those that are over out of the index of what is ahead."""
    now = at or timezone.now()
    due = SearchDue.objects.order_by("pk").values_list("event", flat=True)[:MOST_INDEXED]
    run = each(Event.objects.only("pk").in_bulk(due).values(), lambda event: index_event(event=event.pk, at=now))
    end_search(at=now)
    return run.report(f"{sum(run.results)} events indexed" if run.done else "The search knows everything")
