"""Writing into the outbox. A step: the caller has opened the transaction."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Q

from meetups.accounts.models import User
from meetups.notifications.email_registry import KINDS, dated_kinds
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
    """An unsaved message. `due_at` is `at` by default. `cause` is a history entry's id or a schedule version.

    It may be to no one, such as a guest without an account: `notify_all` leaves it out.
    """
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

    A person with neither account nor address gets nothing. Returns the number of the other messages, new or not.
    """
    reachable = [one for one in messages if one.recipient_id or one.address]
    rows = Notification.objects.bulk_create(reachable, ignore_conflicts=True, batch_size=500)
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
                not_after=not_after,
            )
        ]
    )


def notify_address(
    *,
    kind: str,
    address: str,
    language: str,
    thread: str,
    subject: str,
    cause: str | int,
    at: datetime,
    not_after: datetime | None = None,
) -> None:
    """Puts one message to a mailbox into the outbox, whether an account has it or not."""
    notify_all(
        [
            notification(
                kind=kind,
                address=address,
                language=language,
                thread=thread,
                subject=subject,
                cause=cause,
                at=at,
                not_after=not_after,
            )
        ]
    )


def drop(*, kind: str, thread: str, cause: str | int) -> None:
    """Takes messages of this cause that have not left out of the outbox: what caused them was taken back."""
    _waiting(kind, thread, cause).delete()


def drop_thread(thread: str) -> None:
    """Takes every message of a thread that has not left out of the outbox: what it is about is not public any more."""
    Notification.objects.waiting().filter(thread=thread).delete()


def hasten(*, kind: str, thread: str, cause: str | int, at: datetime) -> None:
    """Lets messages of this cause leave at `at`."""
    if _waiting(kind, thread, cause).update(due_at=at):
        wake()


def postpone(kinds: Collection[str], *, thread: str, made_at: datetime, until: datetime) -> list[int]:
    """Messages of these kinds that were made at this moment leave at `until`. Their primary keys."""
    found = Notification.objects.waiting().filter(thread=thread, kind__in=kinds, created_at=made_at)
    pks = list(found.values_list("pk", flat=True))
    Notification.objects.filter(pk__in=pks).update(due_at=until)
    return pks


def hasten_these(pks: Collection[int], *, at: datetime) -> None:
    if Notification.objects.waiting().filter(pk__in=pks).update(due_at=at):
        wake()


def silence(pks: Collection[int], *, at: datetime) -> None:
    """These messages never leave. They stay as rows: the step that made them has happened."""
    Notification.objects.waiting().filter(pk__in=pks).update(state=Notification.State.VOID, settled_at=at, letter=None)


def postpone_dated(thread: str, *, until: datetime) -> None:
    """What says a date of this event leaves no earlier than `until`: its change can be taken back (RULES 226)."""
    said = Notification.objects.waiting().filter(thread=thread, kind__in=dated_kinds())
    # Not `due_at`: a mail to the same person takes along what is due within the hour.
    said.filter(Q(retry_at__isnull=True) | Q(retry_at__lt=until)).update(retry_at=until)


def _waiting(kind: str, thread: str, cause: str | int) -> NotificationQuerySet:
    return Notification.objects.waiting().filter(thread=thread, kind=kind, key__endswith=f":{cause}")
