"""A letter that is written already goes into the outbox."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import transaction

from meetups.accounts.models import User
from meetups.notifications.email_registry import KINDS
from meetups.notifications.models import Notification
from meetups.notifications.notify import notify_all


def post_letter(
    *,
    kind: str,
    subject: str,
    letter: Mapping[str, Any],
    address: str,
    language: str,
    recipient: User | None,
    at: datetime,
    not_after: datetime,
) -> None:
    """Sends `letter` to `recipient` with a greeting by name, or else to `address`. Its words are deleted when it has left.

    Each letter is a message of its own, so its key is a random one and has no address.
    """
    with transaction.atomic():
        notify_all(
            [
                Notification(
                    key=f"{kind}:{uuid4()}",
                    kind=kind,
                    recipient=recipient,
                    address="" if recipient else address,
                    language="" if recipient else language,
                    subject=subject,
                    letter=letter,
                    urgent=KINDS[kind].urgent,
                    awaited=KINDS[kind].awaited,
                    created_at=at,
                    due_at=at,
                    not_after=not_after,
                )
            ]
        )
