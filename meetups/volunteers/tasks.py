"""The clock's work on shifts."""

import logging
from datetime import datetime

from celery import shared_task
from django.utils import timezone

from meetups.core.errors import DomainError
from meetups.events.models import Event
from meetups.volunteers.actions.shifts.seek_help import seek_help
from meetups.volunteers.models import Shift

logger = logging.getLogger(__name__)


@shared_task(name="volunteers.seek_help")
def seek_help_for_short_shifts(at: datetime | None = None) -> str:
    """Seeks help for shifts that are short when it counts (RULES 66). Says for how many; one refusal does not hold up the others."""
    at = at or timezone.now()
    shifts = 0
    for event in Event.objects.filter(shifts__in=Shift.objects.help_due(at)).distinct():
        try:
            shifts += seek_help(event=event, at=at)
        except DomainError as refusal:
            logger.warning("Event %s: %s", event.pk, refusal)
    return f"help sought for {shifts} shifts"
