"""Whoever has neither account nor address gets nothing, and the others who are written to in the same step get theirs."""

import pytest

from meetups.notifications.models import Notification
from meetups.notifications.notify import notification, notify_all
from tests.support import cast

pytestmark = pytest.mark.django_db
# Who is written to, by account or by address, and how many messages that makes.
GROUPS = [
    ([("dan", "")], 1),
    ([("", "finn@example.org")], 1),
    ([("", "")], 0),
    ([("dan", ""), ("", ""), ("", "finn@example.org"), ("", "")], 2),
]


@pytest.mark.parametrize(("group", "reached"), GROUPS)
def test_who_has_no_address_gets_nothing(group: list[tuple[str, str]], reached: int) -> None:
    event = cast.event()
    Notification.objects.all().delete()
    rows = [
        notification(
            kind="shift_handover",
            recipient_id=cast.person(who).pk if who else None,
            address=address,
            language="ja",
            thread=event.thread,
            subject=f"handover:{number}",
            cause=number,
            at=cast.NOW,
        )
        for number, (who, address) in enumerate(group)
    ]
    assert notify_all(rows) == reached
    assert Notification.objects.count() == reached
