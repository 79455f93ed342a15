"""The clock's work on reminders."""

from datetime import datetime

from celery import shared_task
from django.utils import timezone

from meetups.reminders.actions.plan_reminders import plan_reminders


@shared_task(name="reminders.plan_reminders")
def plan_due_reminders(at: datetime | None = None) -> str:
    """Plans the reminders that are due, and says how many."""
    planned = plan_reminders(at=at or timezone.now())
    if not planned.messages:
        return "No reminder was due"
    return f"{planned.messages} reminders planned for {planned.events} events"
