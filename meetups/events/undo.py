"""What can still be taken back, and when the mail of it leaves (RULES 190). Steps: the caller has opened the transaction."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.events.models import Event, Undo

TAKE_BACK = timedelta(minutes=10)
# Less than this before the start, no mail waits.
HURRY = timedelta(hours=24)


class UndoHasEnded(DomainError):
    message = _("The ten minutes are over, or someone has decided already. What was done stays.")


def mail_leaves_at(*starts: datetime, at: datetime) -> datetime:
    """When mail about something done at `at` leaves, for an event with these `starts`, the old and the new.

    Usually ten minutes later, so that it can be taken back. At once if the event begins within a day.
    """
    return at if min(starts) <= at + HURRY else at + TAKE_BACK


def keep_undo(
    event: Event,
    kind: Undo.Kind,
    *,
    subject: str,
    at: datetime,
    by: User,
    until: datetime,
    people: int,
    title: str = "",
    before: dict[str, Any] | None = None,
) -> None:
    """Keeps what was done as something that can be taken back until `until`. Nothing is kept where its mail leaves at once."""
    if until > at:
        Undo.objects.create(
            event=event,
            kind=kind,
            subject=subject,
            title=title[:120],
            by=by,
            at=at,
            until=until,
            people=people,
            before=before or {},
        )


def end_undo(event: Event, subject: str) -> bool:
    """What was done with the thing `subject` cannot be taken back any longer. Says whether it could until now."""
    return Undo.objects.filter(event=event, subject=subject).delete()[0] > 0


def claim_undo(undo: Undo, *, at: datetime) -> Undo:
    """The row under its lock, to take back what was done. Raises UndoHasEnded where that has ended."""
    found = Undo.objects.select_for_update().filter(pk=undo.pk, until__gt=at).first()
    if found is None:
        raise UndoHasEnded
    return found
