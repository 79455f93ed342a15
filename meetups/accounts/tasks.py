"""The clock's work on accounts."""

from datetime import datetime

from celery import shared_task
from django.contrib.sessions.models import Session


@shared_task(name="accounts.clear_sessions")
def clear_sessions(at: datetime) -> str:
    """Removes sessions that had ended by `at`."""
    count, _details = Session.objects.filter(expire_date__lt=at).delete()
    return f"{count} old sessions removed"
