"""Attacks by strangers: each was possible once, or nearly."""

import subprocess
import sys
from io import BytesIO
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import mail
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from meetups.accounts.models import User
from meetups.communities.actions.invite_member import invite_member
from meetups.communities.invitation_quota import TooManyInvitationsToday
from meetups.communities.permissions import Role
from meetups.notifications.actions.deliver import deliver
from meetups.speakers.models import Talk
from meetups.speakers.proposal_rules import TooManyProposals
from meetups.wsgi import application
from tests.support import cast
from tests.support.servers import bare_environment

pytestmark = pytest.mark.django_db


def test_a_stranger_who_signs_up_with_my_address_cannot_get_in_after_me(client: Client) -> None:
    """The account does not know the stranger's password. What each way to prove the address gives: `tests/accounts`."""
    sign_up = {"name": "Finn", "email": "dan@example.org", "password1": "a-strangers-password"}
    client.post("/accounts/signup/", sign_up)
    dan = User.objects.get(email="dan@example.org")
    assert not dan.has_usable_password()
    assert dan.name == ""


def test_a_password_of_a_proved_address_survives_a_code(client: Client) -> None:
    dan = cast.person("dan")
    client.post("/accounts/login/code/", {"email": dan.email})
    dan.refresh_from_db()
    assert dan.check_password(cast.PASSWORD)
    assert EmailAddress.objects.get(user=dan).verified
    deliver(at=timezone.now())
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("session", ['"\\000aaaaaaaaaaaa"', "éèêëàâäôöû", "' OR true --", "a" * 4000])
def test_a_session_that_nobody_made_is_none(client: Client, session: str) -> None:
    answer = client.get("/", headers={"cookie": f"{settings.SESSION_COOKIE_NAME}={session}"})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "where", ["nonsense", "24:00", "[]", "-1", "//evil.example", "https://evil.example/", "javascript:1"]
)
def test_switching_the_language_leads_nowhere_strange(client: Client, where: str) -> None:
    answer = client.post("/language/", {"language": "en", "next": where})
    assert (answer.status_code, answer["Location"]) == (302, "/")


@pytest.mark.parametrize("charset", ["utf-7", "hex", "idna", "unicode_escape", "utf8"])
def test_a_form_in_an_odd_encoding_is_read_as_utf_8(charset: str) -> None:
    body = b"language=en&next=/"
    status: list[str] = []
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/language/",
        "QUERY_STRING": "",
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "HTTP_HOST": "testserver",
        "CONTENT_TYPE": f"application/x-www-form-urlencoded; charset={charset}",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
        "wsgi.url_scheme": "http",
    }
    application(environ, lambda line, _headers, _error=None: status.append(line))
    assert status == ["302 Found"]


def test_while_the_database_is_away_readers_with_a_session_are_told_in_their_language(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(cast.person("dan"))

    def gone(*_arguments: Any) -> None:
        raise OperationalError("the connection is closed")

    monkeypatch.setattr("meetups.accounts.sessions.SessionStore.load", gone)
    answer = client.get("/", headers={"accept-language": "ja"})
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "データベース" in answer.content.decode()


@pytest.mark.parametrize("name", ["\u200b\u200b", "\u2800", "\uffa0", "\u202e", "Dan\nBcc: x"])
def test_a_name_that_cannot_be_seen_is_no_name(client: Client, name: str) -> None:
    client.force_login(cast.person("dan"))
    assert client.post("/me/profile/", {"name": name, "language": "ja"}).status_code == 422
    assert User.objects.get(email="dan@example.org").name == "ダン"


def test_a_community_is_no_way_to_write_to_strangers() -> None:
    community = cast.community()
    aiko = cast.person("aiko")
    for number in range(15):
        invite_member(
            community=community, email=f"guest{number}@example.org", role=Role.RECEPTION, at=cast.NOW, by=aiko
        )
    with pytest.raises(TooManyInvitationsToday):
        invite_member(community=community, email="dan@example.org", role=Role.RECEPTION, at=cast.NOW, by=aiko)


def test_a_person_cannot_bury_organizers_under_proposals() -> None:
    event = cast.event()
    for number in range(5):
        cast.talk("finn", event, state=Talk.State.PROPOSED, title=f"Talk {number}")
    with pytest.raises(TooManyProposals):
        cast.talk("finn", event, state=Talk.State.PROPOSED)


def test_production_refuses_to_start_without_its_secrets() -> None:
    """A half-configured site must not start with a secret that everyone can read."""
    for given in ({}, {"SECRET_KEY": "short"}):
        run = subprocess.run(
            [sys.executable, "manage.py", "check"],
            env=bare_environment(ENVIRONMENT="production", DATABASE_URL="postgres://localhost/x", **given),
            capture_output=True,
            text=True,
        )
        assert run.returncode != 0
        assert "SECRET_KEY" in run.stderr


@pytest.mark.parametrize("keys", ["", "short", f"{'long' * 13},short"])
def test_production_refuses_to_start_without_a_key_for_second_factors(keys: str) -> None:
    environment = bare_environment(
        ENVIRONMENT="production",
        DATABASE_URL="postgres://localhost/x",
        REDIS_URL="redis://localhost/0",
        EMAIL_URL="smtp://localhost",
        SITE_URL="https://meetups.example.org",
        SECRET_KEY="s" * 50,
        SECOND_FACTOR_KEYS=keys,
    )
    check = [sys.executable, "manage.py", "check"]
    run = subprocess.run(check, env=environment, capture_output=True, text=True)
    assert run.returncode != 0
    assert "SECOND_FACTOR_KEYS" in run.stderr
    if not keys:
        fits = subprocess.run(check, env=environment | {"SECOND_FACTOR_KEYS": "k" * 50}, capture_output=True, text=True)
        assert fits.returncode == 0, fits.stderr


def test_who_signs_out_leaves_nothing_for_the_next_person_at_the_browser(client: Client) -> None:
    client.force_login(cast.person("dan"))
    key = client.session.session_key
    answer = client.post("/accounts/logout/")
    assert answer["Location"] == "/"
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    client.cookies[settings.SESSION_COOKIE_NAME] = str(key)
    assert client.get("/me/").status_code == 302
