"""The clock's work on what organizers write."""

from datetime import datetime

from celery import shared_task
from django.utils import timezone

from meetups.lifecycle.actions.send_message import send_message
from meetups.lifecycle.models import Message


@shared_task(name="lifecycle.send_messages")
def send_due_messages(at: datetime | None = None) -> str:
    """Sends the scheduled messages that are due, and says to how many people."""
    now = at or timezone.now()
    messages = people = 0
    for message in Message.objects.due(now).order_by("send_at", "pk"):
        people += send_message(message=message, at=now)
        messages += 1
    return (
        f"{messages} messages of organizers sent to {people} people" if messages else "No message of organizers was due"
    )
