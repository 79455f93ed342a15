"""What browsers keep: no codes, no secrets and no lists of people. They ask again for every other page of a person."""

from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from meetups.communities.permissions import Role
from tests.support import cast

pytestmark = pytest.mark.django_db

NOT_STORED = [
    "desk_attendees",
    "desk_check_in",
    "desk_places",
    "desk_no_shows",
    "desk_speaker_invitations",
    "desk_members",
    "account_login",
    "account_request_login_code",
    "account_change_password",
    "mfa_index",
    "mfa_activate_totp",
]
ASKED_FOR_AGAIN = ["event", "community", "home", "my_page", "profile", "desk", "desk_event", "desk_draw", "desk_shifts"]


@pytest.fixture
def world() -> Any:
    with time_machine.travel(cast.NOW, tick=False):
        event = cast.event()
        cast.member("ben", Role.ORGANIZER)
        yield event


def policy(browser: Client, name: str, event: Any) -> tuple[int, str]:
    of_event = [event.public_id]
    arguments = {"desk_members": ["ml"], "community": ["ml"]}.get(
        name, of_event if name == "event" or (name.startswith("desk_") and name != "desk") else []
    )
    answer = browser.get(reverse(name, args=arguments))
    return answer.status_code, answer.headers.get("Cache-Control", "")


@pytest.mark.parametrize("name", NOT_STORED)
def test_codes_secrets_and_lists_of_people_are_not_stored(world: Any, name: str) -> None:
    _status, found = policy(cast.signed_in("aiko"), name, world)
    assert "no-store" in found


@pytest.mark.parametrize("name", ASKED_FOR_AGAIN)
def test_going_back_to_other_pages_stays_fast(world: Any, name: str) -> None:
    """With no-store a browser would load the page anew when a person goes back."""
    assert policy(cast.signed_in("aiko"), name, world) == (200, "private, no-cache")


@pytest.mark.parametrize("name", ["event", "community", "home"])
def test_pages_for_everyone_say_nothing_and_are_kept_by_their_worker(world: Any, name: str) -> None:
    assert "no-store" not in policy(Client(), name, world)[1]
