"""The clock's work on shifts."""

from datetime import datetime

from celery import shared_task
from django.utils import timezone

from meetups.core.each import each
from meetups.events.models import Event
from meetups.volunteers.actions.shifts.seek_help import seek_help
from meetups.volunteers.models import Shift


@shared_task(name="volunteers.seek_help")
def seek_help_for_short_shifts(at: datetime | None = None) -> str:
    """Seeks help for shifts that are short when it counts (RULES 66). Says for how many."""
    at = at or timezone.now()
    due = Event.objects.filter(shifts__in=Shift.objects.help_due(at)).distinct()
    run = each(due, lambda event: seek_help(event=event, at=at))
    return run.report(f"help sought for {sum(run.results)} shifts")
