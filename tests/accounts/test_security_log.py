"""The security log: one line for each sign-in, refusal, limit and list that leaves, with ids and without addresses."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client

from meetups.accounts import attempts
from meetups.communities.permissions import Role
from tests.support import cast

pytestmark = pytest.mark.django_db
FROM = {"REMOTE_ADDR": "203.0.113.7", "HTTP_X_FORWARDED_FOR": "203.0.113.7"}


@pytest.fixture
def lines() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """The lines that are written meanwhile, without their times. None has an address."""
    [handler] = [one for one in logging.getLogger("meetups.security").handlers if type(one) is logging.StreamHandler]
    written, before = io.StringIO(), handler.stream
    handler.setStream(written)

    def read() -> list[dict[str, Any]]:
        assert "203.0.113" not in written.getvalue()
        assert "@" not in written.getvalue()
        found = [json.loads(line) for line in written.getvalue().splitlines()]
        return [{name: value for name, value in line.items() if name != "at"} for line in found]

    yield read
    handler.setStream(before)


def a_browser(*, enforce_csrf_checks: bool = False) -> Client:
    """A browser whose requests come from an address."""
    client = Client(enforce_csrf_checks=enforce_csrf_checks)
    client.defaults.update(FROM)
    return client


Lines = Callable[[], list[dict[str, Any]]]


def test_who_signs_in_and_out_and_who_is_refused(lines: Lines) -> None:
    dan = cast.person("dan")
    browser = a_browser()
    browser.post("/accounts/login/", {"login": "dan@example.org", "password": "wrong"})
    browser.post("/accounts/login/", {"login": "nobody@example.net", "password": "wrong"})
    browser.post("/accounts/login/", {"login": "dan@example.org", "password": cast.PASSWORD})
    browser.post("/accounts/logout/")
    assert lines() == [
        {"security": "sign_in_refused", "reason": "email_password_mismatch"},
        {"security": "sign_in_refused", "reason": "email_password_mismatch"},
        {"security": "signed_in", "person": dan.pk, "method": "password"},
        {"security": "signed_out", "person": dan.pk},
    ]


def code_now(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())))))


def test_wrong_codes_and_the_second_factor(lines: Lines) -> None:
    dan = cast.person("dan")
    secret = generate_totp_secret()
    TOTP.activate(dan, secret)
    browser = a_browser()
    browser.post("/accounts/login/", {"login": "dan@example.org", "password": cast.PASSWORD})
    assert lines() == [], "half-way is not in"
    browser.post("/accounts/2fa/authenticate/", {"code": "12"})
    browser.post("/accounts/2fa/authenticate/", {"code": code_now(secret)})
    assert lines() == [
        {"security": "wrong_code", "person": dan.pk, "reason": "incorrect_code"},
        {"security": "signed_in", "person": dan.pk, "method": "mfa"},
    ]


def test_a_change_of_the_account(lines: Lines) -> None:
    dan = cast.person("dan")
    browser = a_browser()
    browser.post("/accounts/login/", {"login": "dan@example.org", "password": cast.PASSWORD})
    new = "a longer one than before"
    browser.post("/accounts/password/change/", {"oldpassword": cast.PASSWORD, "password1": new, "password2": new})
    assert {"security": "account_changed", "person": dan.pk, "what": "password_changed"} in lines()


def test_lists_that_leave_and_doors_that_stay_closed(lines: Lines) -> None:
    event = cast.event()
    ben = cast.member("ben", Role.ORGANIZER)
    dan, aiko = cast.signed_in("dan"), cast.signed_in("ben")
    about = {"method": "GET", "public_id": event.public_id}
    assert aiko.get(f"/desk/events/{event.public_id}/attendees.csv").status_code == 200
    assert dan.get(f"/desk/events/{event.public_id}/attendees/").status_code == 404
    assert dan.get("/desk/nowhere/").status_code == 404
    assert dan.get("/nowhere/").status_code == 404
    assert lines() == [
        {"security": "exported", "person": ben.pk, "view": "desk_attendees_csv", "status": 200, **about},
        {
            "security": "not_found_at_desk",
            "person": cast.person("dan").pk,
            "view": "desk_attendees",
            "status": 404,
            **about,
        },
        {"security": "not_found_at_desk", "person": cast.person("dan").pk, "method": "GET", "status": 404},
    ]


def test_a_form_from_elsewhere_and_a_limit(lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(attempts.LIMITS, attempts.What.MAIL, (attempts.Limit(("account",), 1, timedelta(minutes=1)),))
    event = cast.event(slots=[cast.first_come_plan(5)])
    slot = event.slots.get()
    a_browser(enforce_csrf_checks=True).post("/accounts/login/", {"login": "dan@example.org"})
    form = {"slot": slot.public_id, "name": "Dan", "email": "dan@example.org"}
    for _turn in range(2):
        answer = a_browser().post(f"/events/{event.public_id}/registration/", form)
    assert answer.status_code == 429
    assert lines() == [
        {"security": "forbidden", "view": "account_login", "method": "POST", "status": 403},
        {"security": "limit_reached", "limit": "mails_with_codes"},
        {
            "security": "limit_reached",
            "view": "registration",
            "method": "POST",
            "status": 429,
            "public_id": event.public_id,
        },
    ]
