"""Steps for a restored backup: it may list messages as due that were already sent, so they wait for an operator.

Two things tell a restored database from the one that was lost. A dump does not restore the numbers of server, database and table.
A copy of the files does, but the copy is older than the mark in Redis, which rises with each batch of mails.
"""

import logging
from datetime import datetime
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

from django.db import connection

from meetups.core.sql_statements import Statement
from meetups.notifications import broker
from meetups.notifications.models import Outbox

logger = logging.getLogger(__name__)

# A dump restores none of these three numbers: of the server, of the database and of the table.
_PLACE = """
    SELECT system_identifier || '/' || (SELECT oid FROM pg_database WHERE datname = current_database())
        || '/' || 'notifications_notification'::regclass::oid
    FROM pg_control_system()
"""
_RISE = Statement("UPDATE notifications_outbox SET mark = mark + 1 RETURNING mark_name, mark")


class MailMark:
    """The mark of one run of a sender: in the outbox, and in Redis, which is not in a backup of the database.

    It rises in the outbox first. So only a database that has forgotten a batch is behind Redis. Where Redis does not answer or
    has lost its mark, nothing is held.
    """

    def __init__(self) -> None:
        self._broker = broker.connect()
        self._is_silent = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._broker.close()

    def held_before(self, at: datetime) -> datetime | None:
        """The time before which due messages must not leave. None if nothing is held.

        The first sender that finds itself in a restored database holds everything due before `at`.
        """
        seen = outbox()
        # Redis first: what rises in between rises in the outbox before it rises there.
        in_redis = self._read(seen.mark_name)
        now = outbox()
        if now.place != _place() or (now.mark_name == seen.mark_name and in_redis > now.mark):
            return hold(now, at)
        if in_redis < now.mark:
            self._write(now.mark_name, now.mark)
        return now.held_before

    def rise(self) -> None:
        """Says that a batch of mails leaves, or has left: a copy made before this moment is older from now on."""
        for name, mark in _RISE.all():
            self._write(name, mark)

    def _read(self, name: str) -> int:
        value = self._ask("get", _key(name))
        return int(value) if value and value.isdigit() else -1

    def _write(self, name: str, mark: int) -> None:
        self._ask("set", _key(name), mark)

    def _ask(self, command: str, *arguments: Any) -> Any:
        if self._is_silent:
            return None
        try:
            return getattr(self._broker.default_channel.client, command)(*arguments)
        except broker.refusals(self._broker) as error:
            self._is_silent = True
            logger.warning("Redis does not keep the mark of sent mails now. %s", type(error).__name__)
            return None


def outbox() -> Outbox:
    """The row of the outbox. The first sender of all makes it."""
    found = Outbox.objects.first()
    if found is None:
        Outbox.objects.bulk_create([Outbox(place=_place())], ignore_conflicts=True)
        found = Outbox.objects.get()
    if not found.mark_name:
        Outbox.objects.filter(mark_name="").update(mark_name=uuid4().hex)
        found.refresh_from_db()
    return found


def hold(found: Outbox, at: datetime) -> datetime | None:
    """Holds everything due before `at`. The mark begins anew under another name, so that the old database keeps its own.

    If two senders notice a restored backup at the same time, the time of the first counts.
    """
    Outbox.objects.filter(mark_name=found.mark_name).update(
        place=_place(), held_before=at, mark_name=uuid4().hex, mark=0
    )
    return Outbox.objects.values_list("held_before", flat=True).get()


def _key(name: str) -> str:
    return f"meetups:mail-mark:{name}"


def _place() -> str:
    with connection.cursor() as cursor:
        cursor.execute(_PLACE)
        [place] = cursor.fetchone()
    return str(place)
