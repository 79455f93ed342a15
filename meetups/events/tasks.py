"""The clock's tasks for events."""

from datetime import datetime, timedelta

from meetups.core.each import clock_job
from meetups.events.models import Undo

# What ends after its time, as a shift does, still asks who did it.
KEPT = timedelta(days=1)


@clock_job("events.clear_undo")
def clear_undo(at: datetime) -> str:
    """Deletes what could be undone until a day ago (RULES 190). Says how many."""
    gone = Undo.objects.filter(until__lte=at - KEPT).delete()[0]
    return f"{gone} things forgotten that can’t be undone any more"
