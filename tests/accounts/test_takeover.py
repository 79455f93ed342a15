"""Nobody gets into an account by being the first to type its address (RULES 120). Each attack is made through the pages."""

import re
from datetime import timedelta
from importlib import import_module

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from meetups.accounts.models import User
from meetups.accounts.tasks import clear_unproved
from meetups.events.models import Event
from meetups.notifications.actions.deliver import deliver
from tests.support import cast
from tests.support.letters import text_of
from tests.support.servers import MailSink

pytestmark = pytest.mark.django_db
CODE = re.compile(r"^    (\d{6})$", re.MULTILINE)
FORGET: str = import_module("meetups.accounts.migrations.0004_unproved_passwords_are_forgotten").FORGET
DAN = "dan@example.org"
STRANGE = "a strange password"
ELSEWHERE = "192.0.2.66"


def browser(network: str = "198.51.100.7") -> Client:
    return Client(REMOTE_ADDR=network, headers={"accept-language": "en"})


def code_to(sink: MailSink, email: str = DAN) -> str:
    deliver(at=timezone.now())
    text: str = text_of(sink.to(email)[-1])
    found = CODE.search(text)
    assert found is not None, text
    return found[1]


def sign_up(client: Client, *, name: str, password: str, email: str = DAN) -> None:
    answer = client.post(reverse("account_signup"), {"name": name, "email": email, "password1": password})
    assert answer["Location"] == reverse("account_email_verification_sent")


def type_code(client: Client, code: str) -> None:
    client.post(reverse("account_email_verification_sent"), {"code": code})


def is_in(client: Client) -> bool:
    return client.get(reverse("profile")).status_code == 200


def can_sign_in(password: str, email: str = DAN) -> bool:
    client = browser()
    client.post(reverse("account_login"), {"login": email, "password": password})
    return is_in(client)


@pytest.fixture
def stranger(mail_sink: MailSink) -> Client:
    """The browser of a stranger who signed up with the address of Dan."""
    client = browser(ELSEWHERE)
    sign_up(client, name="WIN A PRIZE", password=STRANGE)
    return client


class TestAStrangersPassword:
    def test_is_not_let_in_by_a_reset_that_is_left_halfway(self, stranger: Client, mail_sink: MailSink) -> None:
        dan = browser()
        dan.post(reverse("account_reset_password"), {"email": DAN})
        dan.post(reverse("account_confirm_password_reset_code"), {"code": code_to(mail_sink)})
        assert EmailAddress.objects.get(email=DAN).verified
        assert not can_sign_in(STRANGE)

    def test_is_not_let_in_by_a_sign_in_with_a_code(self, stranger: Client, mail_sink: MailSink) -> None:
        dan = browser()
        dan.post(reverse("account_request_login_code"), {"email": DAN})
        dan.post(reverse("gate_code"), {"code": code_to(mail_sink)})
        assert is_in(dan)
        assert not can_sign_in(STRANGE)

    def test_is_not_let_in_by_a_registration(self, stranger: Client, mail_sink: MailSink) -> None:
        event = cast.event(slots=[cast.first_come_plan(20)])
        dan = browser()
        with time_machine.travel(cast.NOW):
            register(dan, event, mail_sink)
        assert is_in(dan)
        assert User.objects.get(email=DAN).name == "Dan"
        assert not can_sign_in(STRANGE)

    def test_is_not_let_in_by_a_second_sign_up(self, stranger: Client, mail_sink: MailSink) -> None:
        dan = browser()
        sign_up(dan, name="Dan", password="the word of Dan")
        type_code(dan, code_to(mail_sink))
        assert is_in(dan)
        person = User.objects.get(email=DAN)
        assert (person.name, person.language) == ("Dan", "en")
        assert can_sign_in("the word of Dan")
        assert not can_sign_in(STRANGE)

    def test_is_not_let_in_by_another_sign_up_after_the_proof(self, stranger: Client, mail_sink: MailSink) -> None:
        dan = browser()
        sign_up(dan, name="Dan", password="the word of Dan")
        type_code(dan, code_to(mail_sink))
        type_code(stranger, "000000")
        stranger.post(reverse("account_email_verification_sent"), {"action": "resend"})
        sign_up(browser(ELSEWHERE), name="WIN A PRIZE", password=STRANGE)
        deliver(at=timezone.now())
        assert mail_sink.to(DAN)[-1]["Subject"] == "You already have an account"
        assert can_sign_in("the word of Dan")
        assert not can_sign_in(STRANGE)
        assert not is_in(stranger)


def test_the_control_a_password_that_the_account_knows_would_let_a_stranger_in(mail_sink: MailSink) -> None:
    """What the tests above would see if the account knew the password before the proof."""
    person = User.objects.create_user(DAN, "Dan", password=STRANGE)
    EmailAddress.objects.create(user=person, email=DAN, verified=True, primary=True)
    assert can_sign_in(STRANGE)


class TestOrdinarySignUp:
    def test_keeps_name_language_and_password(self, mail_sink: MailSink) -> None:
        chie = Client(headers={"accept-language": "ja"})
        sign_up(chie, name="智恵", password="the word of Chie", email="chie@example.org")
        type_code(chie, code_to(mail_sink, "chie@example.org"))
        assert is_in(chie)
        person = User.objects.get(email="chie@example.org")
        assert (person.name, person.language) == ("智恵", "ja")
        assert can_sign_in("the word of Chie", "chie@example.org")

    def test_survives_a_wrong_code_and_a_stranger_who_keeps_signing_up(self, mail_sink: MailSink) -> None:
        dan = browser()
        sign_up(dan, name="Dan", password="the word of Dan")
        code = code_to(mail_sink)
        for _time in range(3):
            sign_up(browser(ELSEWHERE), name="WIN A PRIZE", password=STRANGE)
        type_code(dan, "000000" if code != "000000" else "111111")
        type_code(dan, code)
        assert is_in(dan)
        assert can_sign_in("the word of Dan")

    def test_that_is_finished_on_the_phone_asks_for_the_name_once(self, mail_sink: MailSink) -> None:
        sign_up(browser(), name="Dan", password="the word of Dan")
        phone = browser()
        phone.post(reverse("account_request_login_code"), {"email": DAN})
        phone.post(reverse("gate_code"), {"code": code_to(mail_sink)})
        asked = phone.get(reverse("my_calendar"), follow=True)
        assert asked.redirect_chain == [("/me/profile/?next=%2Fme%2Fcalendar%2F", 302)]
        assert "Tell us your name" in asked.content.decode()
        done = phone.post("/me/profile/?next=%2Fme%2Fcalendar%2F", {"name": "Dan", "language": "en"})
        assert done["Location"] == reverse("my_calendar")
        assert phone.get(reverse("my_calendar")).status_code == 200


def test_a_squatted_address_does_not_block_a_person_who_changes_to_it(stranger: Client, mail_sink: MailSink) -> None:
    emi = cast.person("emi", language="en")
    client = browser()
    client.post(reverse("account_login"), {"login": emi.email, "password": cast.PASSWORD})
    client.post(reverse("account_email"), {"email": DAN, "action_add": ""})
    type_code(client, code_to(mail_sink))
    emi.refresh_from_db()
    assert emi.email == DAN
    assert is_in(client)
    type_code(stranger, "000000")
    assert not is_in(stranger)


def register(client: Client, event: Event, sink: MailSink) -> None:
    """Registers without an account."""
    page = reverse("registration", args=[event.public_id])
    slot = event.slots.general().in_order()[0]
    client.post(page, {"slot": slot.public_id, "asked": slot.public_id, "name": "Dan", "email": DAN})
    client.post(reverse("registration_code", args=[event.public_id]), {"code": code_to(sink)})


class TestAfterAWeek:
    def run(self) -> str:
        return str(clear_unproved())

    def test_an_account_that_nobody_proved_is_gone(self, stranger: Client) -> None:
        with time_machine.travel(timezone.now() + timedelta(days=6, hours=23), tick=False):
            assert self.run() == "0 accounts without a proved address removed"
        with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1), tick=False):
            assert self.run() == "1 accounts without a proved address removed"
        assert not User.objects.filter(email=DAN).exists()

    def test_proved_accounts_and_those_of_operators_stay(self, mail_sink: MailSink) -> None:
        dan = browser()
        sign_up(dan, name="Dan", password="the word of Dan")
        type_code(dan, code_to(mail_sink))
        cast.person("emi")
        User.objects.create_superuser("operator@example.org", "Operator", "a long word")
        with time_machine.travel(timezone.now() + timedelta(days=400), tick=False):
            assert self.run() == "0 accounts without a proved address removed"
        assert User.objects.count() == 3


def test_passwords_typed_before_this_rule_are_forgotten() -> None:
    kept = [cast.person("emi"), User.objects.create_superuser("operator@example.org", "Operator", "a long word")]
    squatted = User.objects.create_user(DAN, "WIN A PRIZE", STRANGE)
    EmailAddress.objects.create(user=squatted, email=DAN, primary=True)
    with connection.cursor() as cursor:
        cursor.execute(FORGET.replace("%%", "%"))
    squatted.refresh_from_db()
    assert not squatted.has_usable_password()
    for person in kept:
        assert User.objects.get(pk=person.pk).password == person.password
