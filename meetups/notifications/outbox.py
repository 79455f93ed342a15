"""Steps on the outbox: claim and settle. Each is one short transaction. Only the holder of a claim settles.

PostgreSQL's own clock measures leases, so senders on several machines agree.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import DateTimeField, ExpressionWrapper, F, Q
from django.db.models.functions import Now

from meetups.core.sql_statements import Statement
from meetups.notifications.email_registry import awaited, is_heard, settled
from meetups.notifications.models import Notification

State = Notification.State

BATCH = 100
LEASE = timedelta(minutes=5)
# Messages to one person about one event that fall due within this time go as one mail (RULES 30).
TOGETHER = timedelta(minutes=60)
BACKOFF_MINUTES = (1, 2, 4, 8, 16, 32, 60)
# A message that cannot be written is given up after this many attempts, one that no server takes after this time.
BROKEN_ATTEMPTS = 5
GIVE_UP_AFTER = timedelta(days=3)

LEASE_END = ExpressionWrapper(Now() + LEASE, output_field=DateTimeField())


def claim(at: datetime, *, held_before: datetime | None = None) -> tuple[UUID, list[list[Notification]]]:
    """Takes up to a batch of due messages, and the messages that go into the same mails.

    Returns the claim and its groups, most urgent first.

    Messages that fell due before `held_before` are not taken, except codes that someone waits for.
    """
    token = uuid4()
    with transaction.atomic():
        free = Notification.objects.not_held(held_before, awaited=awaited(at)).select_related("recipient")
        free = free.select_for_update(skip_locked=True, of=("self",))
        rows = list(free.due(at).order_by("due_at", "pk")[:BATCH])
        people = {(row.recipient_id, row.thread) for row in rows if row.recipient_id and not row.urgent}
        if people:
            mates = free.open().filter(
                ~Q(pk__in=[row.pk for row in rows]),
                Q(retry_at__isnull=True) | Q(retry_at__lte=at),
                urgent=False,
                due_at__lte=at + TOGETHER,
                recipient_id__in={recipient for recipient, _thread in people},
                thread__in={thread for _recipient, thread in people},
            )
            rows += [row for row in mates if (row.recipient_id, row.thread) in people]
        Notification.objects.filter(pk__in=[row.pk for row in rows]).update(
            state=State.SENDING, claim=token, lease_until=LEASE_END
        )
    return token, _groups(rows)


def _groups(rows: Sequence[Notification]) -> list[list[Notification]]:
    """The groups: urgent messages and messages to an address stand alone. The others are joined by person and thread."""
    alone = [[row] for row in rows if row.urgent or not row.recipient_id]
    others = sorted(
        (row for row in rows if not row.urgent and row.recipient_id),
        key=lambda row: (row.recipient_id, row.thread, row.pk),
    )
    joined = [list(group) for _key, group in groupby(others, key=lambda row: (row.recipient_id, row.thread))]
    return alone + sorted(joined, key=lambda group: min((row.due_at, row.pk) for row in group))


def renew(token: UUID, rows: Sequence[Notification]) -> bool:
    """Renews the lease of `rows`. False if another sender has taken over one of them."""
    pks = [row.pk for row in rows]
    return Notification.objects.filter(pk__in=pks, claim=token, state=State.SENDING).update(
        lease_until=LEASE_END
    ) == len(pks)


# Plain SQL, because it runs once per mail. With the ORM it took as long as handing the mail to the server.
_SETTLE = Statement(
    """
    UPDATE notifications_notification
    SET state = %(state)s, settled_at = %(at)s, claim = NULL, lease_until = NULL, retry_at = NULL,
        message_id = %(message_id)s, error = %(error)s, letter = NULL
    WHERE id = ANY(%(pks)s::bigint[]) AND claim = %(token)s::uuid
    RETURNING id
    """
)


def settle(
    token: UUID, rows: Sequence[Notification], state: State, *, at: datetime, message_id: str = "", error: str = ""
) -> int:
    """Ends the work on those `rows` that `token` still holds. Returns their number."""
    if not rows:
        return 0
    values = {"token": token, "state": str(state), "at": at, "message_id": message_id, "error": error}
    if not any(map(is_heard, rows)):
        return len(_SETTLE.all(pks=[row.pk for row in rows], **values))
    with transaction.atomic():
        done = {pk for (pk,) in _SETTLE.all(pks=[row.pk for row in rows], **values)}
        settled([row for row in rows if row.pk in done], state, at)
        return len(done)


def put_back(token: UUID, rows: Sequence[Notification]) -> None:
    """Gives up the claim without an attempt."""
    Notification.objects.filter(pk__in=[row.pk for row in rows], claim=token).update(
        state=State.WAITING, claim=None, lease_until=None
    )


def back_off(token: UUID, rows: Sequence[Notification], *, at: datetime, error: str) -> None:
    """Plans another attempt after 1, 2, 4 … 60 minutes."""
    for row in rows:
        minutes = BACKOFF_MINUTES[min(row.attempts, len(BACKOFF_MINUTES) - 1)]
        Notification.objects.filter(pk=row.pk, claim=token).update(
            state=State.WAITING,
            claim=None,
            lease_until=None,
            attempts=F("attempts") + 1,
            retry_at=at + timedelta(minutes=minutes),
            error=error,
        )
