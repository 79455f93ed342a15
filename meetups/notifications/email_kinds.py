"""What a kind of mail is. Each room declares its own in a module or package `emails`, which is found when the apps start."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from meetups.core.texts.email_layout import Content
from meetups.notifications.models import Notification, Topic

__all__ = ["KINDS", "Content", "Kind", "declare", "is_heard", "settled"]


class Kind[About]:
    """One kind of message. `urgent` ones never wait to be joined with others (RULES 30).

    The sender asks in this order: `about` loads what the message is about, `still_holds` says whether it is still true (what is
    not is never sent), `compose` finds the words, with the recipient's language active.
    """

    name: ClassVar[str]
    urgent: ClassVar[bool] = False
    # Of several parts in one mail, the one with the lowest number gives the subject line.
    rank: ClassVar[int] = 50
    # What a person may do without; most messages must be told.
    topic: ClassVar[Topic | None] = None
    # Whether `settled` is called: where a rule depends on what became of a message, its room keeps that in a column of its own.
    hears: ClassVar[bool] = False

    def about(self, notification: Notification) -> About | None:
        """What the message is about, as it stands now; None where it is gone."""
        raise NotImplementedError

    def abouts(self, notifications: Sequence[Notification]) -> Mapping[int, About | None]:
        """What several messages are about, by the primary key of each, in a few queries; who is left out is asked with `about`.

        For kinds that go to many people at once.
        """
        return {}

    def source(self, about: About) -> tuple[str, str]:
        """Thread and name of the community that the message comes from. Only asked where there is a `topic`."""
        raise NotImplementedError

    def still_holds(self, about: About, notification: Notification, at: datetime) -> bool:
        """Whether the message is true at `at`."""
        raise NotImplementedError

    def compose(self, about: About, notification: Notification, at: datetime) -> Content:
        """The words."""
        raise NotImplementedError

    def settled(self, notifications: Sequence[Notification], state: str, at: datetime) -> None:
        """These messages of the kind were sent, came back, were dropped or given up at `at`; called in the transaction that says so."""


KINDS: dict[str, Kind[Any]] = {}


def settled(rows: Sequence[Notification], state: str, at: datetime) -> None:
    """Tells the kinds that want to hear what became of their messages."""
    for name in {row.kind for row in rows if is_heard(row)}:
        KINDS[name].settled([row for row in rows if row.kind == name], state, at)


def is_heard(row: Notification) -> bool:
    """Whether a room wants to hear what becomes of the message."""
    return row.kind in KINDS and KINDS[row.kind].hears


def declare[K: Kind[Any]](kind: type[K]) -> type[K]:
    """Class decorator: makes the kind known under its name. Two kinds of one name are a programming error."""
    if kind.name in KINDS:
        raise ValueError(f"Two kinds are called {kind.name}.")
    KINDS[kind.name] = kind()
    return kind
