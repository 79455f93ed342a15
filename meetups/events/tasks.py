"""The clock's tasks for events."""

from datetime import datetime, timedelta

from celery import shared_task
from django.utils import timezone

from meetups.events.models import Undo

# What ends after its time, as a shift does, still asks who did it.
KEPT = timedelta(days=1)


@shared_task(name="events.clear_undo")
def clear_undo(at: datetime | None = None) -> str:
    """Deletes what could be undone until a day ago (RULES 190). Says how many."""
    gone = Undo.objects.filter(until__lte=(at or timezone.now()) - KEPT).delete()[0]
    return f"{gone} things forgotten that can’t be undone any more"
