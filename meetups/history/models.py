"""The history: who did what, and when."""

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from meetups.accounts.models import User


class HistoryEntry(models.Model):
    """One step of one thing, written in the same transaction as the step.

    `thread` is the public id of its event or community. `subject` names the thing, such as `registration:42`. The state of a
    thing is the `to_state` of its last entry (RULES 32). `actor` is empty for the clock and for erased people.
    """

    thread = models.CharField(max_length=60)
    subject = models.CharField(max_length=60)
    verb = models.CharField(max_length=40)
    from_state = models.CharField(max_length=20, blank=True)
    to_state = models.CharField(max_length=20, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField()
    details = models.JSONField(default=dict, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["subject", "id"], name="history_by_subject"),
            models.Index(fields=["thread", "id"], name="history_by_thread"),
        ]


def record(
    *,
    thread: str,
    subject: str,
    verb: str,
    at: datetime,
    by: User | None,
    from_state: str = "",
    to_state: str = "",
    **details: Any,
) -> HistoryEntry:
    """Writes one entry. `details` must be JSON and must not hold names or addresses: entries outlive erased people."""
    return HistoryEntry.objects.create(
        thread=thread,
        subject=subject,
        verb=verb,
        from_state=from_state,
        to_state=to_state,
        actor=by,
        at=at,
        details=details,
    )


def record_end(row: Any, state: str, *also: str, thread: str, verb: str, at: datetime, by: User | None) -> HistoryEntry:
    """Takes the last step of something that waited for an answer, and records it. The columns `also` are stored with it."""
    before, row.state, row.ended_at = row.state, state, at
    row.save(update_fields=["state", "ended_at", *also])
    return record(thread=thread, subject=row.subject, verb=verb, at=at, by=by, from_state=before, to_state=state)
