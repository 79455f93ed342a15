"""The mails that the pages of an account ask for: codes, and notices of what changed there."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from meetups.notifications.email_registry import Content, Kind, declare
from meetups.notifications.models import Notification


def as_json(content: Content) -> dict[str, Any]:
    """The words of a letter as they are kept in the outbox. It has no files."""
    return {name: value for name, value in asdict(content).items() if value}


def read(letter: Mapping[str, Any]) -> Content:
    """The words of a letter in the outbox."""
    pairs = {name: tuple(map(tuple, letter[name])) for name in ("facts", "links") if name in letter}
    action = {"action": tuple(letter["action"])} if "action" in letter else {}
    return Content(**{**letter, **pairs, **action})


@declare
class AccountLetter(Kind[Content]):
    """A letter that was written when it was asked for, because no row knows its code. Its words are `accounts/letters.py`."""

    name = "account_letter"
    urgent = True
    awaited = True
    rank = 0

    def about(self, notification: Notification) -> Content | None:
        return read(notification.letter) if notification.letter else None

    def still_holds(self, about: Content, notification: Notification, at: datetime) -> bool:
        return True

    def compose(self, about: Content, notification: Notification, at: datetime) -> Content:
        return about
