"""The clock's tasks for accounts."""

from datetime import datetime

from celery import shared_task
from django.utils import timezone

from meetups.accounts.models import Session
from meetups.core.each import each


@shared_task(name="accounts.clear_sessions")
def clear_sessions(at: datetime | None = None) -> str:
    """Removes sessions that have ended. Says how many."""
    ended = Session.objects.filter(expire_date__lt=at or timezone.now()).only("pk")
    run = each(ended.iterator(), Session.delete)
    return run.report(f"{run.done} old sessions removed")
