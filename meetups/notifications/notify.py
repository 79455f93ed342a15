"""Writing into the outbox. A step: the caller has opened the transaction."""

from collections.abc import Iterable
from datetime import datetime

from meetups.accounts.models import User
from meetups.notifications.email_registry import KINDS
from meetups.notifications.models import Notification, NotificationQuerySet
from meetups.notifications.wake import wake


def notification(
    *,
    kind: str,
    thread: str,
    subject: str,
    cause: str | int,
    at: datetime,
    recipient_id: int | None = None,
    address: str = "",
    language: str = "",
    due_at: datetime | None = None,
    not_after: datetime | None = None,
) -> Notification:
    """An unsaved message. `due_at` is `at` by default. `cause` is a history entry's id or a schedule version."""
    # Anyone may have typed the address of a message that is awaited, so it does not stay in the key.
    who = recipient_id or ("" if KINDS[kind].awaited else address)
    return Notification(
        key=f"{kind}:{who}:{subject}:{cause}",
        kind=kind,
        recipient_id=recipient_id,
        address=address,
        language=language,
        thread=thread,
        subject=subject,
        urgent=KINDS[kind].urgent,
        awaited=KINDS[kind].awaited,
        created_at=at,
        due_at=due_at or at,
        not_after=not_after,
    )


def notify_all(messages: Iterable[Notification]) -> int:
    """Puts messages into the outbox and wakes the sender after COMMIT. A message whose key exists already is left as it is.

    Returns the number of given messages, new or not.
    """
    rows = Notification.objects.bulk_create(messages, ignore_conflicts=True, batch_size=500)
    if rows:
        wake()
    return len(rows)


def notify(
    *,
    kind: str,
    recipient: User,
    thread: str,
    subject: str,
    cause: str | int,
    at: datetime,
    due_at: datetime | None = None,
    not_after: datetime | None = None,
) -> None:
    """Puts one message to `recipient` into the outbox."""
    notify_all(
        [
            notification(
                kind=kind,
                recipient_id=recipient.pk,
                thread=thread,
                subject=subject,
                cause=cause,
                at=at,
                due_at=due_at,
                not_after=not_after,
            )
        ]
    )


def drop(*, kind: str, thread: str, cause: str | int) -> None:
    """Takes messages of this cause that have not left out of the outbox: what caused them was taken back."""
    _waiting(kind, thread, cause).delete()


def hasten(*, kind: str, thread: str, cause: str | int, at: datetime) -> None:
    """Lets messages of this cause leave at `at`."""
    if _waiting(kind, thread, cause).update(due_at=at):
        wake()


def _waiting(kind: str, thread: str, cause: str | int) -> NotificationQuerySet:
    return Notification.objects.waiting().filter(thread=thread, kind=kind, key__endswith=f":{cause}")
