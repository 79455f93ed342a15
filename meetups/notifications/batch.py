"""The data that a batch of messages needs, read from the database together. A step of the sender."""

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.db import InterfaceError, OperationalError

from meetups.core.texts.email_layout import Masthead
from meetups.notifications.email_registry import KINDS
from meetups.notifications.masthead import mastheads_of
from meetups.notifications.models import WANTED_UNASKED, Notification, Preference, Topic
from meetups.notifications.suppressions import suppressed_among

logger = logging.getLogger(__name__)

# "Ask again before sending": data that is older than this is read again, if a slow server delays a batch.
FRESH_SECONDS = 2.0

_read: ContextVar[dict[Hashable, Any] | None] = ContextVar("read", default=None)


@dataclass
class Prepared:
    """The subjects of messages, whose they are, the choices of people, and the suppressed addresses, as they were at `since` (monotonic seconds).

    `read` is what the words of its mails read in common.
    """

    abouts: Mapping[int, Any] = field(default_factory=dict)
    choices: Mapping[tuple[int, str, str], bool] = field(default_factory=dict)
    bounced: dict[str, str] = field(default_factory=dict)
    mastheads: Mapping[str, Masthead] = field(default_factory=dict)
    since: float = field(default_factory=time.monotonic)
    read: dict[Hashable, Any] = field(default_factory=dict)

    @property
    def is_fresh(self) -> bool:
        return time.monotonic() - self.since < FRESH_SECONDS

    def about(self, notification: Notification) -> Any:
        """The subject of the message, or None."""
        if notification.pk in self.abouts:
            return self.abouts[notification.pk]
        return KINDS[notification.kind].about(notification)

    def wants(self, notification: Notification, topic: Topic, thread: str) -> bool:
        """Whether the recipient wants this topic from this community."""
        if notification.recipient_id is None:
            return True
        return self.choices.get((notification.recipient_id, topic, thread), WANTED_UNASKED[topic])


def prepare(rows: Sequence[Notification]) -> Prepared:
    """Reads everything that these messages need. A kind that can load many subjects at once needs only a few queries."""
    abouts: dict[int, Any] = {}
    by_kind: defaultdict[str, list[Notification]] = defaultdict(list)
    for row in rows:
        by_kind[row.kind].append(row)
    for name, of_kind in by_kind.items():
        try:
            abouts |= KINDS[name].abouts(of_kind)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            # One of them raises an error: each is loaded alone, so the others can leave.
            logger.warning("Messages of the kind %s are asked for one by one: %s", name, type(error).__name__)
    optional = [row for row in rows if row.kind in KINDS and KINDS[row.kind].topic]
    return Prepared(
        abouts,
        _choices(optional),
        suppressed_among(filter(None, map(address_of, rows))),
        mastheads_of({row.thread for row in rows if row.thread}),
    )


@contextmanager
def reading_for(prepared: Prepared) -> Iterator[None]:
    """The mails that are written meanwhile share what `once_a_batch` reads."""
    token = _read.set(prepared.read)
    try:
        yield
    finally:
        _read.reset(token)


def once_a_batch[Found](key: Hashable, read: Callable[[], Found]) -> Found:
    """What `read` finds, for all mails of a batch; outside of one it is read each time."""
    found = _read.get()
    if found is None:
        return read()
    if key not in found:
        found[key] = read()
    value: Found = found[key]
    return value


def address_of(notification: Notification) -> str:
    """The address that the message goes to."""
    return notification.recipient.email if notification.recipient else notification.address


def _choices(rows: Sequence[Notification]) -> dict[tuple[int, str, str], bool]:
    people = {row.recipient_id for row in rows if row.recipient_id}
    if not people:
        return {}
    chosen = Preference.objects.filter(person__in=people)
    return {
        (person, topic, thread): wanted
        for person, topic, thread, wanted in chosen.values_list("person_id", "topic", "thread", "wanted")
    }
