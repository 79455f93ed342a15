"""The kinds of mail. Each package declares its own in a module or package `emails`, which is found when the apps start."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db.models import Q, QuerySet

from meetups.core.texts.email_layout import Content
from meetups.notifications.models import Notification, Topic

__all__ = [
    "KINDS",
    "Content",
    "Kind",
    "asked_by_anyone",
    "awaited_messages",
    "declare",
    "is_heard",
    "tell_result",
    "undoable_kinds",
]


# Who waits longer has gone away, or has asked again.
AWAITED_FOR = timedelta(minutes=30)


class Kind[About]:
    """One kind of message. Urgent messages never wait to be joined with others (RULES 30).

    The sender calls three methods in this order. `about` loads the subject of the message. `still_holds` says whether it is still
    true; an untrue message is never sent. `compose` returns the words, with the recipient's language active.
    """

    name: ClassVar[str]
    urgent: ClassVar[bool] = False
    # Someone has just asked for it and waits, such as for a code. It is not held back, and even goes where mail bounced before.
    awaited: ClassVar[bool] = False
    # It waits so that its cause can be taken back: no other mail takes it along before its time.
    undoable: ClassVar[bool] = False
    # It says a date of its event, and waits while a change of that can be taken back (RULES 226).
    dated: ClassVar[bool] = False
    # In a mail with several parts, the part with the lowest number gives the subject line.
    rank: ClassVar[int] = 50
    # The topic of an optional message. Most messages are not optional.
    topic: ClassVar[Topic | None] = None
    # Whether `hear_result` is called. If a rule depends on the result of a message, its package keeps the result in its own column.
    hears: ClassVar[bool] = False

    def rows(self) -> QuerySet[Any]:
        """Where `subject` names a row, and the row is what the message is about: its table, with all that the words need."""
        raise NotImplementedError

    def about(self, notification: Notification) -> About | None:
        """The subject of the message in its current state. None if it no longer exists."""
        return self.abouts([notification]).get(notification.pk)

    def abouts(self, notifications: Sequence[Notification]) -> Mapping[int, About | None]:
        """The subjects of several messages, by the primary key of each message, in a few queries.

        A kind that loads its subject otherwise has an `abouts`, or an `about` for each message.
        """
        if type(self).about is not Kind.about:
            return {}
        found = self.rows().in_bulk({one.subject_id for one in notifications})
        return {one.pk: found.get(one.subject_id) for one in notifications}

    def source(self, about: About) -> tuple[str, str]:
        """Thread and name of the community that the message comes from. Only called if there is a `topic`."""
        raise NotImplementedError

    def still_holds(self, about: About, notification: Notification, at: datetime) -> bool:
        """Whether the message is true at `at`."""
        raise NotImplementedError

    def compose(self, about: About, notification: Notification, at: datetime) -> Content:
        """The words of the message."""
        raise NotImplementedError

    def hear_result(self, notifications: Sequence[Notification], state: str, at: datetime) -> None:
        """Called when messages of this kind were sent, bounced, dropped or given up at `at`, in the transaction that records it."""


KINDS: dict[str, Kind[Any]] = {}


def tell_result(rows: Sequence[Notification], state: str, at: datetime) -> None:
    """Tells the kinds with `hears` the result of their messages."""
    for name in {row.kind for row in rows if is_heard(row)}:
        KINDS[name].hear_result([row for row in rows if row.kind == name], state, at)


def asked_by_anyone() -> list[str]:
    """The kinds that go to an address that a visitor typed and may never prove."""
    return [name for name, kind in KINDS.items() if kind.awaited]


def undoable_kinds() -> list[str]:
    """The kinds that wait because their cause can be taken back (RULES 190)."""
    return [name for name, kind in KINDS.items() if kind.undoable]


def dated_kinds() -> list[str]:
    """The kinds that say a date of their event."""
    return [name for name, kind in KINDS.items() if kind.dated]


def awaited_messages(at: datetime) -> Q:
    """The messages that someone waits for at `at`."""
    return Q(awaited=True, due_at__gt=at - AWAITED_FOR)


def is_heard(row: Notification) -> bool:
    """Whether the kind of this message wants to hear its result."""
    return row.kind in KINDS and KINDS[row.kind].hears


def declare[K: Kind[Any]](kind: type[K]) -> type[K]:
    """Class decorator: registers the kind under its name. Raises ValueError if two kinds have the same name."""
    if kind.name in KINDS:
        raise ValueError(f"Two kinds are called {kind.name}.")
    KINDS[kind.name] = kind()
    return kind
