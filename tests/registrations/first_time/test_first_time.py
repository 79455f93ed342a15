"""Registration without an account: a code proves the address (RULES 27, 28)."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import check_password
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from meetups.accounts.models import User
from meetups.events.models import Event
from meetups.notifications.compose import compose
from meetups.notifications.models import Notification
from meetups.registrations.models import HeldPlace, Registration, Slot
from tests.registrations.first_time.steps import NEW, ask, at_the_time_of_the_cast, code, enter, stranger, taken, url
from tests.support import cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def then() -> Iterator[None]:
    yield from at_the_time_of_the_cast()


@pytest.fixture
def event() -> Event:
    return cast.event(slots=[cast.first_come_plan(20)])


class TestANewPerson:
    def test_name_and_address_then_the_code_and_she_is_in(self, event: Event) -> None:
        browser = stranger()
        page = browser.get(url(event)).content.decode()
        assert 'name="email"' in page
        assert "With or without an account" in page
        assert f'href="/accounts/login/?next={quote(url(event), safe="")}"' in page, (
            "and who has a password comes back here"
        )
        answer = ask(browser, event)
        assert (answer.status_code, answer["Location"]) == (302, url(event, "code/"))
        page = browser.get(url(event, "code/")).content.decode()
        assert f"<strong>{NEW}</strong>" in page
        assert "A seat is reserved for you until" in page
        assert not User.objects.filter(email=NEW).exists()
        assert taken(event) == (1, 1)
        answer = enter(browser, event)
        assert (answer.status_code, answer["Location"]) == (302, url(event))
        user = User.objects.get(email=NEW)
        assert (user.name, user.language, user.has_usable_password()) == ("奈々", "en", False)
        assert EmailAddress.objects.get(user=user).verified
        assert "Confirmed · " in browser.get(url(event)).content.decode()
        assert taken(event) == (1, 0)
        assert [row.kind for row in Notification.objects.filter(recipient=user)] == ["seat_confirmed"]

    def test_the_mail_is_urgent_and_in_the_language_of_the_page(self, event: Event) -> None:
        ask(stranger("ja"), event)
        row = Notification.objects.get()
        assert (row.kind, row.urgent, row.address, row.language, row.recipient) == ("place_code", True, NEW, "ja", None)
        assert row.not_after == cast.NOW + timedelta(minutes=30)

    def test_nothing_that_a_stranger_typed_is_in_the_mail(self, event: Event) -> None:
        ask(stranger(), event, name="Buy pills at spam.example")
        letter = compose([Notification.objects.get()], cast.NOW).mail
        assert letter
        assert "pills" not in str(letter.message())
        assert "pills" not in letter.body

    def test_digits_however_they_are_written(self, event: Event) -> None:
        browser = stranger()
        ask(browser, event)
        digits = code()
        assert (
            enter(
                browser,
                event,
                f" {digits[:3]}-{digits[3:]} ".translate(str.maketrans("0123456789", "０１２３４５６７８９")),
            ).status_code
            == 302
        )

    def test_the_questions_of_the_slot_are_asked_and_kept(self, event: Event) -> None:
        question = {
            "id": "q1",
            "kind": "text",
            "label": "会社",
            "required": True,
            "help": "",
            "choices": [],
            "retired": False,
        }
        Slot.objects.update(questions=[question])
        browser = stranger()
        assert ask(browser, event).status_code == 422
        answered: dict[str, Any] = {"answer-q1": "個人"}
        assert ask(browser, event, **answered).status_code == 302
        enter(browser, event)
        assert Registration.objects.get().answers == {"q1": "個人"}

    def test_whose_session_ended_on_the_form_is_told_so_and_keeps_what_was_typed(self, event: Event) -> None:
        question = {"id": "q1", "kind": "text", "label": "会社", "required": True, "help": "", "choices": []}
        Slot.objects.update(questions=[{**question, "retired": False}])
        [slot] = event.slots.general()
        browser = stranger()
        typed: dict[str, Any] = {"slot": slot.public_id, "asked": slot.public_id, "answer-q1": "個人の研究"}
        answer = browser.post(url(event), typed)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "You’re no longer signed in" in page
        assert "個人の研究" in page
        assert "This field is required" not in page
        assert "aria-invalid" not in page
        assert "You’re no longer signed in" not in browser.get(url(event)).content.decode()
        assert "You’re no longer signed in" not in browser.post(url(event), {**typed, "email": ""}).content.decode()
        assert ask(browser, event, **{key: typed[key] for key in ("answer-q1",)}).status_code == 302

    def test_another_slot_asks_the_rest_and_loses_nothing(self) -> None:
        event = cast.event(slots=[cast.first_come_plan(), cast.first_come_plan(name="懇親会枠")])
        first, second = event.slots.in_order()
        second.questions = [
            {
                "id": "q1",
                "kind": "text",
                "label": "食事",
                "required": False,
                "help": "",
                "choices": [],
                "retired": False,
            }
        ]
        second.save()
        answer = ask(stranger(), event, slot=second, asked=first.public_id)
        assert answer.status_code == 422
        html = answer.content.decode()
        assert "食事" in html
        assert f'value="{NEW}"' in html
        assert "奈々" in html
        assert not HeldPlace.objects.exists()

    @pytest.mark.parametrize(
        "fields",
        [{"email": "nobody"}, {"email": ""}, {"name": ""}, {"name": "\u3164"}, {"name": "a" * 61}, {"slot": None}],
    )
    def test_what_is_wrong_is_said_and_nothing_is_lost(self, event: Event, fields: dict[str, Any]) -> None:
        slot = event.slots.all()[0]
        sent = {"slot": slot.public_id, "asked": slot.public_id, "name": "奈々", "email": NEW, **fields}
        answer = stranger().post(url(event), {key: value for key, value in sent.items() if value is not None})
        assert answer.status_code == 422
        assert "Nothing was lost" in answer.content.decode()
        assert not HeldPlace.objects.exists()

    def test_a_form_that_another_site_sends_does_nothing(self, event: Event) -> None:
        assert ask(stranger(enforce_csrf_checks=True), event).status_code == 403
        assert not HeldPlace.objects.exists()

    def test_three_requests_with_a_form_each_and_few_statements(self, event: Event) -> None:
        """The register step, the request for the code, and the typed code: the requests of a new person."""
        browser = stranger()
        with CaptureQueriesContext(connection) as counted:
            browser.get(url(event))
            ask(browser, event)
            browser.post(url(event, "code/"), {"code": code()})
        # The account and its session, the code, its mail and both limits, the seat and its message.
        assert len(counted) <= 84


class TestSomebodyKnown:
    def test_signs_in_and_registers_in_one(self, event: Event) -> None:
        dan = cast.person("dan")
        browser = stranger()
        ask(browser, event, dan.email, name="Somebody else")
        assert enter(browser, event).status_code == 302
        dan.refresh_from_db()
        assert dan.name == "ダン"
        assert check_password(cast.PASSWORD, dan.password)
        assert Registration.objects.get().attendee == dan
        assert browser.get("/me/").status_code == 200

    def test_with_a_second_factor_is_asked_for_it_before_she_is_in(self, event: Event) -> None:
        dan = cast.person("dan")
        Authenticator.objects.create(user=dan, type=Authenticator.Type.TOTP, data={"secret": "x"})
        browser = stranger()
        ask(browser, event, dan.email)
        answer = enter(browser, event)
        assert answer["Location"].startswith("/accounts/2fa/authenticate/")
        assert browser.get("/me/").status_code == 302
        # The code proves the address, and a registration needs nothing else.
        assert Registration.objects.get().attendee == dan

    def test_who_is_registered_is_told_on_her_own_page(self, event: Event) -> None:
        mine = cast.registered(cast.person("dan", language="en"), event)
        browser = stranger()
        ask(browser, event, "dan@example.org")
        assert taken(event) == (2, 1)
        answer = browser.post(url(event, "code/"), {"code": code()}, follow=True)
        html = answer.content.decode()
        assert "You’re already registered for this event." in html
        assert "Confirmed · " in html
        assert Registration.objects.get() == mine
        assert taken(event) == (1, 0)

    def test_another_spelling_of_a_registered_mailbox_gets_no_second_place(self, event: Event) -> None:
        cast.registered("dan", event)
        browser = stranger()
        ask(browser, event, "Dan+again@Example.org")
        enter(browser, event)
        assert Registration.objects.count() == 1

    def test_a_stranger_who_signed_up_with_my_address_stays_out(self, event: Event) -> None:
        """The password that was set before the address was proved is forgotten, and so is the name."""
        User.objects.create_user(NEW, "Mallory", "a password of his")
        browser = stranger()
        ask(browser, event)
        enter(browser, event)
        user = User.objects.get(email=NEW)
        assert (user.name, user.has_usable_password()) == ("奈々", False)
        assert EmailAddress.objects.get(user=user).verified

    def test_an_account_that_proved_another_address_first(self, event: Event) -> None:
        """Addresses that were never proved are ignored."""
        user = User.objects.create_user(NEW, "Mallory")
        EmailAddress.objects.create(user=user, email="mallory@example.org", primary=True)
        stranger_user = User.objects.create_user("other@example.org", "Other")
        EmailAddress.objects.create(user=stranger_user, email=NEW, verified=False)
        browser = stranger()
        ask(browser, event)
        enter(browser, event)
        assert Registration.objects.get().attendee == user
        assert EmailAddress.objects.get(user=user, primary=True).email == NEW
        assert browser.get("/me/").status_code == 200

    def test_a_closed_account_is_not_registered(self, event: Event) -> None:
        dan = cast.person("dan")
        dan.is_active = False
        dan.save()
        browser = stranger()
        ask(browser, event, dan.email)
        enter(browser, event)
        assert not Registration.objects.exists()
        assert browser.get("/me/").status_code == 302
        assert taken(event) == (0, 0)

    def test_who_is_signed_in_needs_no_code(self, event: Event) -> None:
        assert cast.signed_in("dan").get(url(event, "code/"))["Location"] == url(event)


def test_the_page_of_one_visitor_is_never_given_to_another(event: Event, settings: Any) -> None:
    """The page's form contains a token, which belongs to one browser."""
    settings.ANONYMOUS_PAGE_SECONDS = 3600
    first, second = stranger(enforce_csrf_checks=True), stranger(enforce_csrf_checks=True)
    first.get(url(event))
    first.get(url(event))
    page = second.get(url(event))
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.content.decode())
    assert token
    assert ask(second, event, csrfmiddlewaretoken=token[1]).status_code == 302
    assert settings.SESSION_COOKIE_NAME not in second.cookies
    assert not mail.outbox
