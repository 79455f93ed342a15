"""Pages for people who are not signed in may be a second old, and are never those of another person."""

from typing import Any

import pytest
import time_machine
from django.test import Client

from meetups.core.links import cancellation_token
from meetups.events.models import Event
from meetups.lifecycle.actions.leave_event import leave_event
from tests.support import cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def an_hour(settings: Any) -> None:
    settings.ANONYMOUS_PAGE_SECONDS = 3600


def page(client: Client, path: str, language: str = "ja") -> str:
    response = client.get(path, headers={"accept-language": language})
    assert response.status_code == 200
    assert "Content-Security-Policy" in response.headers
    return response.content.decode()


@pytest.fixture
def address() -> str:
    return f"/events/{cast.event(slots=[cast.first_come_plan(37)]).public_id}/"


def test_a_page_is_made_once_for_all_who_are_not_signed_in(
    client: Client, address: str, django_assert_num_queries: Any
) -> None:
    first = page(client, address)
    with django_assert_num_queries(0):
        assert page(client, address) == first
    # A new visitor without any cookie sees the same.
    with django_assert_num_queries(0):
        assert page(client, address) == first


def test_after_its_time_the_page_is_made_anew(client: Client, address: str, settings: Any) -> None:
    before = page(client, address)
    cast.registered("dan", Event.objects.get())
    assert page(client, address) == before
    # With this setting, every stored page is too old.
    settings.ANONYMOUS_PAGE_SECONDS = 1e-9
    assert page(client, address) != before


def test_each_language_has_its_own_copy(client: Client, address: str) -> None:
    assert page(client, address, "ja") != page(client, address, "en")


def test_whoever_is_signed_in_sees_her_own_page_at_once(client: Client, address: str) -> None:
    anonymous = page(client, address)
    cast.registered("dan", Event.objects.get())
    client.force_login(cast.person("dan"))
    mine = page(client, address)
    assert mine != anonymous
    client.logout()
    assert page(client, address) == anonymous


def test_errors_are_not_kept(client: Client, django_assert_num_queries: Any) -> None:
    assert client.get("/events/nowhere/").status_code == 404
    assert client.get("/events/nowhere/").status_code == 404
    event = cast.event(public_id="nowhere")
    assert client.get(f"/events/{event.public_id}/").status_code == 200


def test_what_a_link_in_a_mail_opens_is_never_kept(client: Client) -> None:
    """A person who answers comes back to the same address and must see the result, not the question."""
    event = cast.event(slots=[cast.first_come_plan(1)])
    registration = cast.registered("dan", event)
    with time_machine.travel(cast.NOW, tick=False):
        address = f"/cancellations/{cancellation_token(registration.pk)}/"
        asked = page(client, address, "en")
        leave_event(event=event, person=registration.person, at=cast.NOW, by=registration.person)
        assert page(client, address, "en") != asked
