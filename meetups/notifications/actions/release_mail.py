"""An operator decides about the mails that a restored backup holds."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from meetups.notifications.email_registry import is_heard, tell_result
from meetups.notifications.models import Notification, Outbox

State = Notification.State
BEFORE_THE_RESTORE = "Sent before the backup was restored, as an operator said"


@dataclass(frozen=True)
class ReleasedMail:
    """The number of messages that may leave now, and the number of messages that were dropped because they had left before."""

    released: int
    dropped: int


def release_mail(*, sent_until: datetime | None, at: datetime) -> ReleasedMail:
    """Ends the hold. Messages that fell due before `sent_until` had already left and are dropped. The others may leave.

    If nothing is on hold, nothing happens. Messages that have become useless meanwhile are still not sent.
    """
    with transaction.atomic():
        outbox = Outbox.objects.select_for_update().filter(held_before__isnull=False).first()
        if outbox is None:
            return ReleasedMail(0, 0)
        held = Notification.objects.held(outbox.held_before)
        dropped = 0
        if sent_until:
            before = held.filter(due_at__lt=sent_until)
            heard = [row for row in before.only("pk", "kind", "subject", "recipient") if is_heard(row)]
            dropped = before.update(
                state=State.VOID,
                settled_at=at,
                claim=None,
                lease_until=None,
                letter=None,
                error=BEFORE_THE_RESTORE,
            )
            tell_result(heard, State.VOID, at)
        # What a server has refused before the restore is not held against them.
        released = held.update(attempts=0, first_tried_at=None, retry_at=None)
        Outbox.objects.update(held_before=None)
    return ReleasedMail(released, dropped)
