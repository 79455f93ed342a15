"""An address that someone typed and never proved is not shown and not kept (RULES 55)."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse

from meetups.notifications.actions.deliver import deliver
from meetups.notifications.models import Notification
from meetups.notifications.tasks import clear_addresses
from tests.support import cast
from tests.support.servers import MailSink

pytestmark = pytest.mark.django_db
NANA = "nana@example.org"


@pytest.fixture
def page(mail_sink: MailSink) -> str:
    """The log of an event for which a code was sent to Nana, who never typed it, and another to a person who signed in."""
    with time_machine.travel(cast.NOW, tick=False):
        event = cast.event(slots=[cast.first_come_plan(20)])
        slot = event.slots.general().in_order()[0]
        sent = {"slot": slot.public_id, "asked": slot.public_id, "name": "Nana", "email": NANA}
        Client().post(reverse("registration", args=[event.public_id]), sent)
        Client().post(reverse("account_request_login_code"), {"email": NANA})
        deliver(at=cast.NOW)
    assert len(mail_sink.to(NANA)) == 2
    return reverse("desk_deliveries", args=[event.public_id])


def test_organizers_see_that_a_code_was_sent_but_not_where_to(page: str) -> None:
    with time_machine.travel(cast.NOW, tick=False):
        organizer = cast.signed_in("aiko")
        assert "Someone registering without an account" in organizer.get(page).content.decode()
        assert NANA not in organizer.get(page).content.decode()
        assert "Someone registering" not in organizer.get(page, {"q": NANA}).content.decode()


def test_a_week_later_it_is_nowhere(page: str) -> None:
    assert clear_addresses(cast.NOW + timedelta(days=6)) == "0 addresses of codes removed"
    assert Notification.objects.filter(address=NANA).count() == 2
    assert not Notification.objects.filter(key__contains=NANA).exists()
    # As keys were made before.
    Notification.objects.filter(kind="place_code").update(key=f"place_code:{NANA}:held-place:1:code")
    assert clear_addresses(cast.NOW + timedelta(days=8)) == "2 addresses of codes removed"
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(n::text, ' ') FROM notifications_notification n")
        assert NANA not in cursor.fetchone()[0]
