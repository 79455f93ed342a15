"""A person sees where they are signed in and signs out there (RULES 123)."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from meetups.accounts.models import Session
from tests.support import cast

pytestmark = pytest.mark.django_db
PHONE = "Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Mobile Safari/537.36"
LAPTOP = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:150.0) Gecko/20100101 Firefox/150.0"


def signed_in(agent: str, name: str = "dan") -> Client:
    cast.person(name, language="en")
    client = Client(headers={"user-agent": agent})
    client.post(reverse("account_login"), {"login": f"{name}@example.org", "password": cast.PASSWORD})
    return client


def is_in(client: Client) -> bool:
    return client.get(reverse("my_page")).status_code == 200


def page(client: Client) -> str:
    return client.get(reverse("my_sessions")).content.decode()


def end(client: Client, which: str) -> None:
    client.post(reverse("my_sessions"), {"end": which})


def marks(client: Client) -> list[str]:
    return [mark for mark in re.findall(r'name="end"\s+value="(\w+)"', page(client)) if mark not in {"others", "all"}]


def test_each_browser_is_named_and_no_key_stands_on_the_page() -> None:
    laptop, _phone = signed_in(LAPTOP), signed_in(PHONE)
    html = page(laptop)
    assert "Firefox · Windows" in html
    assert "Chrome · Android" in html
    assert not [key for key in Session.objects.values_list("pk", flat=True) if key in html]


def test_one_of_them_ends() -> None:
    laptop, phone, other = signed_in(LAPTOP), signed_in(PHONE), signed_in(PHONE, "emi")
    [mark] = marks(laptop)
    end(other, mark)
    end(laptop, "")
    assert is_in(phone)
    end(laptop, mark)
    assert [is_in(laptop), is_in(phone), is_in(other)] == [True, False, True]


def test_all_others_end_or_all() -> None:
    laptop, phone, tablet = signed_in(LAPTOP), signed_in(PHONE), signed_in(PHONE)
    end(laptop, "others")
    assert [is_in(laptop), is_in(phone), is_in(tablet)] == [True, False, False]
    phone = signed_in(PHONE)
    end(laptop, "all")
    assert [is_in(laptop), is_in(phone)] == [False, False]


def test_a_person_who_registered_weeks_ago_is_still_signed_in_at_the_door() -> None:
    phone, at = signed_in(PHONE), timezone.now()
    for days in (21, 59, 118):
        with time_machine.travel(at + timedelta(days=days)):
            assert is_in(phone), days
    with time_machine.travel(at + timedelta(days=118 + 61)):
        assert not is_in(phone)
