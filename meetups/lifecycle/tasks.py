"""The clock's tasks for organizers' messages."""

from datetime import datetime

from celery import shared_task
from django.utils import timezone

from meetups.core.each import each
from meetups.lifecycle.actions.send_message import send_message
from meetups.lifecycle.models import Message


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
