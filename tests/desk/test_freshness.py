"""How long a sign-in and a second factor open the dashboard (RULES 125)."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.internal.userkit import user_id_to_str
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from meetups.events.models import Event
from tests.support import cast

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FACTOR, SIGN_IN = "/accounts/2fa/reauthenticate/", "/accounts/reauthenticate/"


def organizer(*methods: str, at: datetime) -> Client:
    """Aiko, who showed these at `at`."""
    person = cast.person("aiko", language="en")
    if "mfa" in methods:
        Authenticator.objects.get_or_create(
            user=person, type=Authenticator.Type.TOTP, defaults={"data": {"secret": "x"}}
        )
    client = Client()
    with time_machine.travel(at, tick=False):
        client.force_login(person)
        session = client.session
        session["account_authentication_methods_user"] = user_id_to_str(person)
        session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": name, "at": at.timestamp()} for name in methods]
        session.save()
    return client


def sent_to(client: Client, at: datetime, event: Event | None = None) -> str:
    """Where the dashboard sends the person; empty where it opens."""
    page = reverse("desk_event", args=[event.public_id]) if event else reverse("desk")
    with time_machine.travel(at, tick=False):
        answer = client.get(page)
    return urlsplit(answer["Location"]).path if answer.status_code == 302 else ""


@pytest.fixture
def event() -> Event:
    with time_machine.travel(cast.NOW, tick=False):
        return cast.event()


class TestTheFactor:
    @pytest.fixture(autouse=True)
    def _wanted(self, settings: Any) -> None:
        settings.DESK_SECOND_FACTOR = True

    def test_is_good_for_12_hours(self, event: Event) -> None:
        client = organizer("password", "mfa", at=cast.NOW)
        assert sent_to(client, cast.NOW + 11.9 * HOUR) == ""
        assert sent_to(client, cast.NOW + 12.1 * HOUR) == FACTOR
        assert sent_to(client, cast.NOW + 12.1 * HOUR, event) == FACTOR

    def test_on_the_day_of_an_event_until_3_hours_after_it(self, event: Event) -> None:
        shown = event.ends_at - 13 * HOUR
        assert shown.astimezone(event.zone).date() == event.starts_at.astimezone(event.zone).date()
        client = organizer("password", "mfa", at=shown)
        assert sent_to(client, event.ends_at + 2.9 * HOUR, event) == ""
        assert sent_to(client, event.ends_at + 2.9 * HOUR) == FACTOR, "Elsewhere 12 hours hold."
        assert sent_to(client, event.ends_at + 3.1 * HOUR, event) == FACTOR

    def test_of_the_day_before_does_not_count(self, event: Event) -> None:
        client = organizer("password", "mfa", at=event.starts_at - DAY)
        assert sent_to(client, event.starts_at, event) == FACTOR

    def test_an_event_of_several_days_asks_once_a_day(self, event: Event) -> None:
        Event.objects.filter(pk=event.pk).update(ends_at=event.starts_at + 3 * DAY)
        client = organizer("password", "mfa", at=event.starts_at)
        assert sent_to(client, event.starts_at + 23 * HOUR, event) == ""
        assert sent_to(client, event.starts_at + 25 * HOUR, event) == FACTOR


class TestADashboardThatIsNotUsed:
    def test_asks_who_it_is_after_14_days(self, event: Event) -> None:
        client = organizer("password", at=cast.NOW)
        assert sent_to(client, cast.NOW + 13 * DAY) == ""
        assert sent_to(client, cast.NOW + 26 * DAY) == "", "It was used in between."
        assert sent_to(client, cast.NOW + 41 * DAY) == SIGN_IN
        assert sent_to(client, cast.NOW + 41 * DAY, event) == SIGN_IN

    def test_the_person_stays_signed_in_and_comes_in_again(self, event: Event) -> None:
        client = organizer("password", at=cast.NOW)
        later = cast.NOW + 21 * DAY
        with time_machine.travel(later, tick=False):
            assert client.get(reverse("my_page")).status_code == 200
            asked = client.get(reverse("desk"), follow=True).redirect_chain[-1][0]
            client.post(asked, {"password": cast.PASSWORD})
        assert sent_to(client, later) == ""
