"""A person deletes their own account, after showing once more who they are (RULES 122, 211)."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from meetups.accounts.erasure import ERASED_NAME
from meetups.accounts.models import User
from meetups.communities.permissions import Role
from meetups.registrations.models import Registration
from tests.support import cast

pytestmark = pytest.mark.django_db
PAGE = "/me/deletion/"


def signed_in(name: str = "dan") -> Client:
    """A person who has just signed in."""
    person = cast.person(name)
    User.objects.filter(pk=person.pk).update(language="en")
    client = Client(headers={"accept-language": "en"})
    client.post(reverse("account_login"), {"login": f"{name}@example.org", "password": cast.PASSWORD})
    return client


def read(client: Client) -> str:
    return re.sub(r"\s+", " ", client.get(PAGE).content.decode())


def delete(client: Client, **typed: str) -> Any:
    return client.post(PAGE, typed)


def test_it_says_what_goes_then_does_it_and_signs_out() -> None:
    with time_machine.travel(cast.NOW, tick=True):
        event = cast.event(slots=[cast.first_come_plan(1)])
        dan = signed_in()
        mine = cast.registered("dan", event)
        cast.registered("emi", event)
        page = read(dan)
        assert event.title in page
        for words in (
            "Seats go to the waitlist",
            "Your name, your email address",
            "without your name",
            "Delete them there",
        ):
            assert words in page
        done = delete(dan, sure="on")
        assert "Your account is deleted" in done.content.decode()
        assert "ダン" not in done.content.decode()
        assert dan.get(reverse("my_page")).status_code == 302
        mine = Registration.objects.get(pk=mine.pk)
        assert mine.state == Registration.State.CANCELLED
        assert Registration.objects.get(event=event, attendee=cast.person("emi")).state == "confirmed"
        assert mine.name == ERASED_NAME


def test_one_click_alone_deletes_nothing() -> None:
    dan = signed_in()
    assert delete(dan).status_code == 422
    assert User.objects.filter(email="dan@example.org").exists()


def test_a_browser_that_was_left_open_deletes_nothing() -> None:
    """Another person at the keyboard, a day later: they would have to show who they are."""
    dan = signed_in()
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        for answer in (dan.get(PAGE), delete(dan, sure="on")):
            assert answer.status_code == 302
            assert "/reauthenticate/" in answer["Location"]
        assert User.objects.filter(email="dan@example.org").exists()


def test_the_only_owner_reads_what_to_do_first() -> None:
    community = cast.community()
    aiko = signed_in("aiko")
    page = read(aiko)
    assert "only owner of a community" in page
    assert reverse("desk_members", args=[community.slug]) in page
    assert "I understand" not in page
    assert delete(aiko, sure="on").status_code == 409
    assert User.objects.filter(email="aiko@example.org").exists()
    cast.member("ben", Role.OWNER)
    assert "Your account is deleted" in delete(aiko, sure="on").content.decode()


def test_the_profile_leads_there() -> None:
    assert f'href="{PAGE}"' in signed_in().get(reverse("profile")).content.decode()
