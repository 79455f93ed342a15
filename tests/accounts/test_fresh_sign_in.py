"""Address, password and second factor change only for the person who signed in lately, and the old address hears of it (RULES 122)."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from meetups.accounts.models import Session, User
from meetups.notifications.actions.deliver import deliver
from meetups.notifications.models import Notification
from tests.support import cast
from tests.support.letters import text_of
from tests.support.servers import MailSink

pytestmark = pytest.mark.django_db(transaction=True)
CODE = re.compile(r"^    (\d{6})$", re.MULTILINE)
DAN, NEW = "dan@example.org", "new@example.org"
LATER = timedelta(minutes=16)
ASKS = {"/accounts/reauthenticate/", "/accounts/reauthenticate/code/", "/accounts/2fa/reauthenticate/"}


def code_to(sink: MailSink, email: str) -> str:
    deliver(at=timezone.now())
    text: str = text_of(sink.to(email)[-1])
    found = CODE.search(text)
    assert found is not None, text
    return found[1]


def subjects(sink: MailSink, email: str) -> list[str]:
    deliver(at=timezone.now())
    return [str(mail["Subject"]) for mail in sink.to(email)]


def browser() -> Client:
    return Client(headers={"accept-language": "en"})


def signed_in() -> Client:
    """Dan, signed in with the password."""
    cast.person("dan", language="en")
    client = browser()
    client.post(reverse("account_login"), {"login": DAN, "password": cast.PASSWORD})
    return client


def by_code(sink: MailSink) -> Client:
    """Dan, whose account has no password, signed in with a code."""
    person = cast.person("dan", language="en")
    if person.has_usable_password():
        person.set_unusable_password()
        person.save()
    client = browser()
    client.post(reverse("account_request_login_code"), {"email": DAN})
    client.post(reverse("gate_code"), {"code": code_to(sink, DAN)})
    assert client.get(reverse("profile")).status_code == 200
    return client


def asks(client: Client, name: str, **sent: str) -> bool:
    """Whether the page asks for a fresh sign-in."""
    answer = client.post(reverse(name), sent) if sent else client.get(reverse(name))
    return answer.status_code == 302 and urlsplit(answer["Location"]).path in ASKS


def totp(secret: str, *, ahead: int = 0) -> str:
    return str(format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time()) + ahead)))


@pytest.mark.parametrize("has_password", [True, False])
class TestAStolenSession:
    """A browser that was left open: the person signed in a while ago."""

    def client(self, sink: MailSink, has_password: bool) -> Client:
        return signed_in() if has_password else by_code(sink)

    def test_changes_no_address(self, mail_sink: MailSink, has_password: bool) -> None:
        client = self.client(mail_sink, has_password)
        with time_machine.travel(timezone.now() + LATER):
            assert asks(client, "account_email", email=NEW, action_add="")
            assert subjects(mail_sink, NEW) == []

    def test_sets_no_password(self, mail_sink: MailSink, has_password: bool) -> None:
        client = self.client(mail_sink, has_password)
        with time_machine.travel(timezone.now() + LATER):
            if has_password:
                wrong = {"oldpassword": "a guess", "password1": "another word", "password2": "another word"}
                assert client.post(reverse("account_change_password"), wrong).status_code == 200
            else:
                assert asks(client, "account_set_password")
                assert asks(client, "account_set_password", password1="another word", password2="another word")
            assert not cast.person("dan").check_password("another word")

    def test_touches_no_second_factor(self, mail_sink: MailSink, has_password: bool) -> None:
        client = self.client(mail_sink, has_password)
        with time_machine.travel(timezone.now() + LATER):
            assert asks(client, "mfa_activate_totp")
            assert not Authenticator.objects.exists()

    def test_the_control_a_sign_in_within_15_minutes_counts(self, mail_sink: MailSink, has_password: bool) -> None:
        client = self.client(mail_sink, has_password)
        with time_machine.travel(timezone.now() + timedelta(minutes=14)):
            assert client.get(reverse("mfa_activate_totp")).status_code == 200
            client.post(reverse("account_email"), {"email": NEW, "action_add": ""})
            assert subjects(mail_sink, NEW)

    def test_reads_and_writes_everything_else(self, mail_sink: MailSink, has_password: bool) -> None:
        client = self.client(mail_sink, has_password)
        with time_machine.travel(timezone.now() + LATER):
            for name in ("my_page", "profile", "preferences", "my_calendar", "account_email", "mfa_index"):
                assert client.get(reverse(name)).status_code == 200, name
            client.post(reverse("profile"), {"name": "Dan D.", "language": "en"})
            assert cast.person("dan").name == "Dan D."


class TestTheMailedCode:
    def ask(self, client: Client, sink: MailSink) -> tuple[str, str]:
        """The page that asks, and the code that was mailed."""
        page = client.get(reverse("account_set_password"))["Location"]
        assert "Email me a code" in client.get(page).content.decode()
        assert client.post(page, {"send": "1"})["Location"] == page
        return page, code_to(sink, DAN)

    def test_lets_an_account_without_a_password_set_one(self, mail_sink: MailSink) -> None:
        client = by_code(mail_sink)
        with time_machine.travel(timezone.now() + LATER):
            page, code = self.ask(client, mail_sink)
            assert client.post(page, {"code": code})["Location"] == reverse("account_set_password")
            client.post(reverse("account_set_password"), {"password1": "another word", "password2": "another word"})
        assert cast.person("dan").check_password("another word")

    def test_goes_on_with_the_address_that_was_typed(self, mail_sink: MailSink) -> None:
        client = by_code(mail_sink)
        with time_machine.travel(timezone.now() + LATER):
            page = client.post(reverse("account_email"), {"email": NEW, "action_add": ""})["Location"]
            client.post(page, {"send": "1"})
            client.post(page, {"code": code_to(mail_sink, DAN)})
            client.post(reverse("account_email_verification_sent"), {"code": code_to(mail_sink, NEW)})
        assert User.objects.get().email == NEW

    def test_is_worth_nothing_after_three_wrong_ones_or_15_minutes(self, mail_sink: MailSink) -> None:
        client = by_code(mail_sink)
        with time_machine.travel(timezone.now() + LATER) as clock:
            page, code = self.ask(client, mail_sink)
            for _time in range(3):
                client.post(page, {"code": f"{(int(code) + 1) % 1_000_000:06}"})
            assert client.post(page, {"code": code}).status_code == 200
            page, code = self.ask(client, mail_sink)
            clock.shift(901)
            assert client.post(page, {"code": code}).status_code == 200
            assert client.post(page, {"code": ""}).status_code == 200
            assert asks(client, "account_set_password")

    def test_of_another_browser_does_not_count(self, mail_sink: MailSink) -> None:
        mine, other = by_code(mail_sink), by_code(mail_sink)
        with time_machine.travel(timezone.now() + LATER):
            page, code = self.ask(mine, mail_sink)
            assert other.post(page, {"code": code}).status_code == 200
            assert asks(other, "account_set_password")


class TestNoticesAndSessions:
    def test_the_old_address_hears_of_a_new_one_and_the_other_browsers_are_signed_out(
        self, mail_sink: MailSink
    ) -> None:
        left_open, client = signed_in(), signed_in()
        client.post(reverse("account_email"), {"email": NEW, "action_add": ""})
        client.post(reverse("account_email_verification_sent"), {"code": code_to(mail_sink, NEW)})
        assert "Your email address was changed" in subjects(mail_sink, DAN)
        assert client.get(reverse("profile")).status_code == 200
        assert left_open.get(reverse("profile")).status_code == 302

    def test_so_it_is_with_a_password(self, mail_sink: MailSink) -> None:
        left_open, client = signed_in(), signed_in()
        words = {"oldpassword": cast.PASSWORD, "password1": "another word", "password2": "another word"}
        client.post(reverse("account_change_password"), words)
        assert subjects(mail_sink, DAN) == ["Your password was changed"]
        assert client.get(reverse("profile")).status_code == 200
        assert left_open.get(reverse("profile")).status_code == 302
        assert Session.objects.filter(person=cast.person("dan")).count() == 1

    def test_and_with_a_second_factor(self, mail_sink: MailSink) -> None:
        left_open, client = signed_in(), signed_in()
        client.get(reverse("mfa_activate_totp"))
        client.post(reverse("mfa_activate_totp"), {"code": totp(client.session["mfa.totp.secret"])})
        assert Authenticator.objects.filter(type=Authenticator.Type.TOTP).exists()
        assert subjects(mail_sink, DAN) == ["Two-factor authentication is on"]
        assert client.get(reverse("profile")).status_code == 200
        assert left_open.get(reverse("profile")).status_code == 302
        client.post(reverse("mfa_deactivate_totp"))
        assert subjects(mail_sink, DAN)[-1] == "Two-factor authentication is off"

    def test_a_newcomer_gets_no_notice_and_stays_signed_in(self, mail_sink: MailSink) -> None:
        client = browser()
        client.post(reverse("account_signup"), {"name": "Dan", "email": DAN, "password1": "the word of Dan"})
        client.post(reverse("account_email_verification_sent"), {"code": code_to(mail_sink, DAN)})
        assert client.get(reverse("profile")).status_code == 200
        assert len(subjects(mail_sink, DAN)) == 1


def test_a_new_password_after_a_reset_still_asks_for_the_second_factor() -> None:
    dan = cast.person("dan")
    TOTP.activate(dan, generate_totp_secret())
    client = Client()
    client.post(reverse("account_reset_password"), {"email": dan.email})
    row = Notification.objects.filter(kind="account_letter", letter__isnull=False).latest("pk")
    client.post(reverse("account_confirm_password_reset_code"), {"code": (row.letter or {})["code"]})
    new = "a longer one than before"
    answer = client.post(reverse("account_complete_password_reset"), {"password1": new, "password2": new})
    dan.refresh_from_db()
    assert dan.check_password(new)
    assert answer["Location"].startswith(reverse("mfa_authenticate"))
    assert client.get(reverse("my_page")).status_code == 302


def test_a_new_code_that_has_to_wait_leaves_the_one_before_it_good(mail_sink: MailSink) -> None:
    client, url = by_code(mail_sink), f"{reverse('account_reauthenticate_by_code')}?next=/me/"
    with time_machine.travel(timezone.now() + LATER, tick=False):
        asked = [client.post(url, {"send": "1"}).status_code for _time in range(4)]
        assert asked == [302, 302, 302, 429]
        answer = client.post(url, {"code": code_to(mail_sink, DAN)})
        assert (answer.status_code, answer["Location"]) == (302, "/me/")
