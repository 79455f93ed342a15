"""Secrets of second factors are encrypted in the database, and keys can be changed (RULES 126)."""

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.totp.internal.auth import yield_hotp_counters_from_time as counters
from django.conf import settings as current
from django.db import connection
from django.test import Client
from django.urls import reverse

from meetups.accounts.factor_secrets import MARK, EncryptedSecrets
from meetups.accounts.tasks import encrypt_factors
from meetups.core.links import cancellation_token
from meetups.notifications.actions.deliver import deliver
from tests.support import cast

pytestmark = pytest.mark.django_db
OLD, NEW = (
    "an old key of this test, as long as production demands it",
    "a new key of this test, as long as production demands it",
)


def totp(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, next(counters()))))


def dump() -> str:
    """All that the database knows of second factors."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(string_agg(data::text, ' '), '') FROM mfa_authenticator")
        return str(cursor.fetchone()[0])


def sign_in(code: str, who: str = "dan") -> bool:
    """Whether the person gets in with the password and this code."""
    client = Client()
    client.post(reverse("account_login"), {"login": f"{who}@example.org", "password": cast.PASSWORD})
    client.post(reverse("mfa_authenticate"), {"code": code})
    return client.get(reverse("my_page")).status_code == 200


def from_before(secret: str) -> list[str]:
    """The factors of Dan as they were written before there was a key. Returns the recovery codes."""
    dan = cast.person("dan")
    Authenticator.objects.create(user=dan, type=Authenticator.Type.TOTP, data={"secret": secret})
    seed = RecoveryCodes.generate_seed()
    codes = Authenticator.objects.create(
        user=dan, type=Authenticator.Type.RECOVERY_CODES, data={"seed": seed, "used_mask": 0}
    )
    found: list[str] = codes.wrap().get_unused_codes()
    return found


def test_a_new_factor_is_encrypted_and_opens() -> None:
    secret = generate_totp_secret()
    TOTP.activate(cast.person("dan"), secret)
    assert secret not in dump()
    assert sign_in(totp(secret))


def test_factors_from_before_open_and_are_written_anew() -> None:
    secret = generate_totp_secret()
    codes = from_before(secret)
    assert secret in dump(), "The control: the dump would show it."
    with time_machine.travel(cast.NOW) as clock:
        assert sign_in(totp(secret))
        assert encrypt_factors() == "2 secrets of second factors encrypted anew"
        assert secret not in dump()
        assert dump().count(MARK) == 2
        clock.shift(60)
        assert sign_in(totp(secret))
        assert sign_in(codes[0])
        assert not sign_in(codes[0])
        assert encrypt_factors() == "0 secrets of second factors encrypted anew"


def test_a_new_key_before_the_old_one_locks_no_one_out(settings: Any) -> None:
    secret = generate_totp_secret()
    settings.SECOND_FACTOR_KEYS = [OLD]
    TOTP.activate(cast.person("dan"), secret)
    before = dump()
    with time_machine.travel(cast.NOW) as clock:
        settings.SECOND_FACTOR_KEYS = [NEW, OLD]
        assert sign_in(totp(secret))
        assert encrypt_factors() == "1 secrets of second factors encrypted anew"
        assert dump() != before
        settings.SECOND_FACTOR_KEYS = [NEW]
        clock.shift(60)
        assert sign_in(totp(secret))


def test_a_code_of_an_authenticator_app_counts_once() -> None:
    secret = generate_totp_secret()
    TOTP.activate(cast.person("dan"), secret)
    with time_machine.travel(cast.NOW, tick=False):
        assert sign_in(totp(secret))
        assert not sign_in(totp(secret)), "Someone looked over the shoulder."
    with time_machine.travel(cast.NOW, tick=False) as clock:
        clock.shift(31)
        assert sign_in(totp(secret))


class TestTheCodeThatTurnsAnAppOn:
    def activated(self, settings: Any) -> tuple[Client, str]:
        """The browser in which Aiko has just turned on an app, which then shows the code."""
        settings.DESK_SECOND_FACTOR = True
        cast.community()
        client, page = Client(), reverse("mfa_activate_totp")
        client.post(reverse("account_login"), {"login": "aiko@example.org", "password": cast.PASSWORD})
        assert urlsplit(client.get(reverse("desk"))["Location"]).path == page
        client.get(page)
        code = totp(client.session["mfa.totp.secret"])
        assert client.post(page, {"code": code}).status_code == 302
        return client, code

    def test_opens_the_dashboard(self, settings: Any) -> None:
        with time_machine.travel(cast.NOW, tick=False):
            client, _code = self.activated(settings)
            assert client.get(reverse("desk")).status_code == 200

    def test_is_used_by_that(self, settings: Any) -> None:
        with time_machine.travel(cast.NOW, tick=False) as clock:
            _client, code = self.activated(settings)
            assert not sign_in(code, "aiko"), "Someone looked over the shoulder."
            clock.shift(31)
            secret = Authenticator.objects.get(type=Authenticator.Type.TOTP).data["secret"]
            assert sign_in(totp(EncryptedSecrets().decrypt(secret)), "aiko")


class TestANewSecretKey:
    def change(self, settings: Any) -> None:
        settings.SECRET_KEY_FALLBACKS = [current.SECRET_KEY]
        settings.SECRET_KEY = NEW

    def test_signs_no_one_out_and_keeps_links(self, settings: Any) -> None:
        client = cast.signed_in("dan")
        with time_machine.travel(cast.NOW, tick=False):
            event = cast.event(slots=[cast.first_come_plan(20)])
            token = cancellation_token(cast.registered("dan", event).pk)
            self.change(settings)
            page = reverse("one_click_cancellation", args=[token])
            assert client.get(page).status_code == 200
        assert client.get(reverse("my_page")).status_code == 200

    def test_keeps_a_code_that_is_on_its_way(self, settings: Any, mailoutbox: Any) -> None:
        client = Client()
        with time_machine.travel(cast.NOW, tick=False):
            event = cast.event(slots=[cast.first_come_plan(20)])
            slot = event.slots.general().in_order()[0]
            sent = {"slot": slot.public_id, "asked": slot.public_id, "name": "Nana", "email": "nana@example.org"}
            client.post(reverse("registration", args=[event.public_id]), sent)
            deliver(at=cast.NOW)
            found = re.search(r"\b\d{6}\b", mailoutbox[-1].subject)
            assert found
            self.change(settings)
            answer = client.post(reverse("registration_code", args=[event.public_id]), {"code": found[0]})
        assert answer["Location"] == reverse("registration", args=[event.public_id])

    def test_the_control_without_the_old_one_everyone_is_signed_out(self, settings: Any) -> None:
        client = cast.signed_in("dan")
        settings.SECRET_KEY = NEW
        assert client.get(reverse("my_page")).status_code == 302
