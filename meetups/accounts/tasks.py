"""The clock's work on accounts."""

from datetime import datetime

from celery import shared_task
from django.utils import timezone

from meetups.accounts.models import Session


@shared_task(name="accounts.clear_sessions")
def clear_sessions(at: datetime | None = None) -> str:
    """Removes sessions that have ended. Says how many."""
    count, _details = Session.objects.filter(expire_date__lt=at or timezone.now()).delete()
    return f"{count} old sessions removed"
