"""Steps on the outbox: claim and settle. Each is one short transaction. Only the holder of a claim settles.

PostgreSQL's own clock measures leases, so senders on several machines agree.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum
from itertools import groupby
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import DateTimeField, ExpressionWrapper, F, Q
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Now

from meetups.core.sql_statements import Statement
from meetups.notifications.email_registry import awaited_messages, is_heard, tell_result, undoable_kinds
from meetups.notifications.models import Notification

State = Notification.State

# Messages to one person about one event that fall due within this time go as one mail (RULES 30).
TOGETHER = timedelta(minutes=60)
BACKOFF_MINUTES = (1, 2, 4, 8, 16, 32, 60)
# A message that cannot be written is given up after this many attempts. One that no server takes is given up after this time
# since the first attempt, and not before this many: neither a late message nor an outage of our own ends it early.
BROKEN_ATTEMPTS = 5
GIVE_UP_AFTER = timedelta(days=3)
GIVE_UP_ATTEMPTS = 8


class Haste(IntEnum):
    """Who goes first: a code that someone waits for, then what is urgent, then the others."""

    AWAITED = 0
    URGENT = 1
    USUAL = 2


# What a sender takes at a time: few where others should help, so that a slow server delays no one long.
MOST = {Haste.AWAITED: 10, Haste.URGENT: 10, Haste.USUAL: 100}
# What a killed sender had taken goes back after this time.
LEASES = {Haste.AWAITED: 25.0, Haste.URGENT: 25.0, Haste.USUAL: 60.0}


@dataclass
class Batch:
    """What a sender has taken: one mail for each group. `since` (monotonic seconds) is when its lease began.

    `is_last` says that nothing else was due.
    """

    token: UUID
    haste: Haste
    groups: Sequence[Sequence[Notification]]
    is_last: bool
    since: float = field(default_factory=time.monotonic)

    def lasts(self, seconds: float) -> bool:
        """Whether its lease lasts that long from now."""
        return time.monotonic() + seconds < self.since + LEASES[self.haste]


def claim(at: datetime, *, held_before: datetime | None = None, before: Haste | None = None) -> Batch | None:
    """Takes the most pressing due messages, all of the same haste, and the messages that go into the same mails.

    None if nothing is due. With `before`, only messages that go before those are taken. Messages that fell due before
    `held_before` are not taken, except codes that someone waits for.
    """
    token = uuid4()
    with transaction.atomic():
        free = Notification.objects.not_held(held_before, awaited=awaited_messages(at)).select_related("recipient")
        free = free.select_for_update(skip_locked=True, of=("self",))
        pressing = free.due(at).filter(**_PRESSING[before])
        found = list(pressing.order_by("-awaited", "-urgent", "due_at", "pk")[: MOST[Haste.USUAL]])
        if not found:
            return None
        haste = _haste(found[0])
        rows = [row for row in found if _haste(row) == haste][: MOST[haste]]
        is_last = len(rows) == len(found) < MOST[Haste.USUAL]
        people = {(row.recipient_id, row.thread) for row in rows if row.recipient_id and not row.urgent}
        if people:
            mates = free.open().filter(
                ~Q(pk__in=[row.pk for row in rows]),
                Q(retry_at__isnull=True) | Q(retry_at__lte=at),
                Q(due_at__lte=at) | ~Q(kind__in=undoable_kinds()),
                urgent=False,
                due_at__lte=at + TOGETHER,
                recipient_id__in={recipient for recipient, _thread in people},
                thread__in={thread for _recipient, thread in people},
            )
            rows += [row for row in mates if (row.recipient_id, row.thread) in people]
        Notification.objects.filter(pk__in=[row.pk for row in rows]).update(
            state=State.SENDING, claim=token, lease_until=_lease_end(haste)
        )
    return Batch(token, haste, _groups(rows), is_last)


_PRESSING: dict[Haste | None, dict[str, bool]] = {
    None: {},
    Haste.USUAL: {"urgent": True},
    Haste.URGENT: {"awaited": True},
}


def _haste(row: Notification) -> Haste:
    if row.awaited:
        return Haste.AWAITED
    return Haste.URGENT if row.urgent else Haste.USUAL


def _lease_end(haste: Haste) -> Combinable:
    return ExpressionWrapper(Now() + timedelta(seconds=LEASES[haste]), output_field=DateTimeField())


def _groups(rows: Sequence[Notification]) -> list[list[Notification]]:
    """The groups: urgent messages and messages to an address stand alone. The others are joined by person and thread."""
    alone = [[row] for row in rows if row.urgent or not row.recipient_id]
    others = sorted(
        (row for row in rows if not row.urgent and row.recipient_id),
        key=lambda row: (row.recipient_id, row.thread, row.pk),
    )
    joined = [list(group) for _key, group in groupby(others, key=lambda row: (row.recipient_id, row.thread))]
    return alone + sorted(joined, key=lambda group: min((row.due_at, row.pk) for row in group))


def renew(batch: Batch, rows: Sequence[Notification]) -> bool:
    """Renews the lease of `rows`. False if another sender has taken over one of them."""
    batch.since = time.monotonic()
    pks = [row.pk for row in rows]
    return Notification.objects.filter(pk__in=pks, claim=batch.token, state=State.SENDING).update(
        lease_until=_lease_end(batch.haste)
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
        tell_result([row for row in rows if row.pk in done], state, at)
        return len(done)


def put_back(token: UUID, rows: Sequence[Notification]) -> None:
    """Gives up the claim without an attempt."""
    Notification.objects.filter(pk__in=[row.pk for row in rows], claim=token).update(
        state=State.WAITING, claim=None, lease_until=None
    )


def is_tired(row: Notification, at: datetime) -> bool:
    """Whether this failed attempt was the last one."""
    return (
        row.first_tried_at is not None
        and at - row.first_tried_at > GIVE_UP_AFTER
        and row.attempts + 1 >= GIVE_UP_ATTEMPTS
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
            first_tried_at=Coalesce("first_tried_at", at, output_field=DateTimeField()),
            retry_at=at + timedelta(minutes=minutes),
            error=error,
        )
