"""The clock's work on talks."""

from datetime import datetime

from celery import shared_task
from django.utils import timezone

from meetups.speakers.actions.remind_to_confirm import remind_to_confirm
from meetups.speakers.models import Talk


@shared_task(name="speakers.remind_to_confirm")
def remind_unconfirmed(at: datetime | None = None) -> str:
    """Reminds the speakers who have not confirmed yet, where it is due. Says how many."""
    at = at or timezone.now()
    done = sum(remind_to_confirm(talk=talk, at=at) for talk in Talk.objects.reminder_due(at).order_by("pk"))
    return f"{done} speakers reminded to confirm"
