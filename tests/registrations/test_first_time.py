"""Registration without an account: a code proves the address (RULES 27, 28)."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import check_password
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from meetups.accounts.models import User
from meetups.events.models import Event
from meetups.lifecycle.actions.cancel_event import cancel_event
from meetups.lifecycle.actions.leave_event import leave_event
from meetups.lifecycle.invariants import breaches
from meetups.notifications.compose import compose
from meetups.notifications.models import Notification
from meetups.registrations.actions.lottery.freeze_lottery import freeze_lottery
from meetups.registrations.models import HeldPlace, Lottery, Registration, Slot
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.unverified_places import code_of
from tests.support import cast

pytestmark = pytest.mark.django_db
State = Registration.State
NEW = "nana@example.org"


@pytest.fixture(autouse=True)
def then() -> Iterator[None]:
    """At the end of every test, no invariant is broken."""
    with time_machine.travel(cast.NOW, tick=False):
        yield
    assert not breaches()


@pytest.fixture
def event() -> Event:
    return cast.event(slots=[cast.first_come_plan(20)])


def url(event: Event, rest: str = "") -> str:
    return f"/events/{event.public_id}/registration/{rest}"


def stranger(language: str = "en", **options: Any) -> Client:
    """A browser in which no one is signed in."""
    return Client(headers={"accept-language": language}, **options)


def ask(
    client: Client, event: Event, email: str = NEW, *, name: str = "奈々", slot: Slot | None = None, **more: Any
) -> Any:
    slot = slot or event.slots.general().in_order()[0]
    sent = {"slot": slot.public_id, "asked": slot.public_id, "name": name, "email": email, **more}
    return client.post(url(event), sent)


def code() -> str:
    """The code from the last mail."""
    row = Notification.objects.filter(kind="place_code").latest("pk")
    letter = compose([row], cast.NOW).mail
    assert letter
    found = re.search(r"\b\d{6}\b", str(letter.subject))
    assert found
    return found[0]


def enter(client: Client, event: Event, typed: str | None = None) -> Any:
    return client.post(url(event, "code/"), {"code": code() if typed is None else typed})


def wrong() -> str:
    return f"{(int(code()) + 1) % 1_000_000:06}"


def places(state: HeldPlace.State = HeldPlace.State.HELD) -> int:
    return HeldPlace.objects.filter(state=state).count()


def taken(event: Event) -> tuple[int, int]:
    """The number of taken seats, and how many of them are held."""
    slot = event.slots.general().in_order()[0]
    return slot.taken, slot.held


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
        # The account and its session, the code and its mail, the seat and its message.
        assert len(counted) <= 75


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


class TestNobodyLearnsAnything:
    """RULES 28: pages and mail are the same for a known, a registered and a new address."""

    @staticmethod
    def seen(event: Event, email: str) -> list[bytes]:
        browser = stranger()
        first = ask(browser, event, email)
        answers = [first, browser.get(url(event, "code/")), enter(browser, event, wrong())]
        return [
            f"{answer.status_code} {answer.headers.get('Location', '')}\n".encode()
            + re.sub(
                rb'name="csrfmiddlewaretoken" value="[^"]+"|value="\d{6}"',
                b"",
                answer.content.replace(email.encode(), b"ADDRESS"),
            )
            for answer in answers
        ]

    @staticmethod
    def written() -> str:
        row = Notification.objects.filter(kind="place_code").latest("pk")
        letter = compose([row], cast.NOW).mail
        assert letter
        return re.sub(r"\d{6}", "CODE", f"{letter.subject}\n{letter.body}")

    def test_known_registered_and_new_look_the_same_byte_for_byte(self, event: Event) -> None:
        cast.person("dan")
        cast.registered("emi", event)
        seen, mails, statements = [], [], []
        for email in (NEW, "dan@example.org", "emi@example.org"):
            with CaptureQueriesContext(connection) as counted:
                seen.append(self.seen(event, email))
            statements.append(len(counted))
            mails.append(self.written())
            HeldPlace.objects.update(state=HeldPlace.State.LAPSED, has_seat=False)
            Slot.objects.update(held=0, taken=1)
        assert seen[0] == seen[1] == seen[2]
        assert mails[0] == mails[1] == mails[2]
        # Each case does the same work, so response times reveal nothing either.
        assert statements[0] == statements[1] == statements[2]

    def test_asking_tells_nobody_but_the_address(self, event: Event) -> None:
        cast.registered("dan", event)
        before = set(Notification.objects.values_list("pk", flat=True))
        ask(stranger(), event, "dan@example.org")
        (row,) = Notification.objects.exclude(pk__in=before)
        assert (row.kind, row.address) == ("place_code", "dan@example.org")


class TestTheCode:
    def test_another_browser_cannot_use_it(self, event: Event) -> None:
        """No one can register another person's address: the owner has the code, and the browser that asked has the cookie."""
        ask(stranger(), event)
        other = stranger()
        assert enter(other, event).status_code == 410
        assert other.get(url(event, "code/")).status_code == 410
        assert not User.objects.filter(email=NEW).exists()

    def test_a_forged_cookie_is_no_browser(self, event: Event) -> None:
        ask(stranger(), event)
        forged = stranger()
        forged.cookies["browser"] = "anything:1:2"
        assert enter(forged, event).status_code == 410

    def test_five_wrong_ones_end_the_place(self, event: Event) -> None:
        browser = stranger()
        ask(browser, event)
        right, guess = code(), wrong()
        for _try in range(4):
            assert enter(browser, event, guess).status_code == 422
        assert "Too many wrong codes" in enter(browser, event, guess).content.decode()
        assert taken(event) == (0, 0)
        assert enter(browser, event, right).status_code == 410
        assert not Registration.objects.exists()

    def test_it_works_once(self, event: Event) -> None:
        browser = stranger()
        ask(browser, event)
        right = code()
        enter(browser, event, right)
        browser.logout()
        assert enter(browser, event, right).status_code == 410

    def test_a_second_click_gets_the_first_answer(self, event: Event) -> None:
        browser = stranger()
        ask(browser, event)
        right, guess, cookie = code(), wrong(), browser.cookies["browser"].value
        first = enter(browser, event, right)
        again = stranger()
        again.cookies["browser"] = cookie
        assert enter(again, event, guess).status_code == 410
        second = enter(again, event, right)
        assert (second.status_code, second["Location"]) == (first.status_code, first["Location"])
        assert again.get("/me/").status_code == 200
        assert Registration.objects.count() == 1
        late = stranger()
        late.cookies["browser"] = cookie
        with time_machine.travel(cast.NOW + timedelta(minutes=2), tick=False):
            assert enter(late, event, right).status_code == 410

    def test_nothing_of_the_address_is_kept_beside_the_account(self, event: Event) -> None:
        browser = stranger()
        ask(browser, event)
        enter(browser, event)
        place = HeldPlace.objects.get()
        assert (place.state, place.email, place.name, place.person_key) == (HeldPlace.State.TAKEN, "", "", "")

    def test_it_is_over_after_half_an_hour(self, event: Event) -> None:
        browser = stranger()
        ask(browser, event)
        right = code()
        with time_machine.travel(cast.NOW + timedelta(minutes=30), tick=False):
            assert browser.get(url(event, "code/")).status_code == 410
            assert enter(browser, event, right).status_code == 410
        assert not Registration.objects.exists()

    def test_a_code_of_one_event_does_not_open_another(self, event: Event) -> None:
        other = cast.online_event()
        browser = stranger()
        ask(browser, event)
        first = code()
        ask(browser, other)
        assert places() == 2
        assert first != code()
        assert enter(browser, other, first).status_code == 422

    def test_rubbish_is_refused_clearly(self, event: Event) -> None:
        browser = stranger()
        ask(browser, event)
        for typed in ("", "abc", "1" * 5000, "１２", "\u202e123456"):
            assert enter(browser, event, typed).status_code in {400, 422}

    def test_nothing_of_an_unproved_address_is_kept(self, event: Event) -> None:
        browser = stranger()
        ask(browser, event)
        with seats_of(event, at=cast.NOW + timedelta(minutes=31)):
            pass
        place = HeldPlace.objects.get()
        assert (place.state, place.email, place.name, place.person_key) == (HeldPlace.State.LAPSED, "", "", "")

    def test_the_code_is_not_in_the_database(self, event: Event) -> None:
        ask(stranger(), event)
        right = code()
        place = HeldPlace.objects.get()
        assert right == code_of(place)
        kept = " ".join(str(value) for value in HeldPlace.objects.values().get().values())
        assert right not in kept


class TestSeats:
    def test_a_tenth_of_the_slot_at_a_time_is_kept(self, event: Event) -> None:
        """No one can hold seats in bulk: thirty addresses in thirty browsers hold two of twenty."""
        for number in range(30):
            assert ask(stranger(), event, f"bulk{number}@example.org").status_code == 302
        assert taken(event) == (2, 2)
        assert cast.registered("dan", event).state == State.CONFIRMED

    def test_at_least_one_is_kept(self) -> None:
        event = cast.event(slots=[cast.first_come_plan(3)])
        for number in range(3):
            ask(stranger(), event, f"new{number}@example.org")
        assert taken(event) == (1, 1)

    def test_beyond_that_the_page_says_that_no_seat_is_kept(self) -> None:
        event = cast.event(slots=[cast.first_come_plan(3)])
        ask(stranger(), event, "first@example.org")
        browser = stranger()
        ask(browser, event)
        html = browser.get(url(event, "code/")).content.decode()
        assert "No seat is reserved yet" in html
        enter(browser, event)
        assert Registration.objects.get().state == State.CONFIRMED

    def test_one_for_each_address_the_latest(self, event: Event) -> None:
        first, second = stranger(), stranger()
        ask(first, event)
        ask(second, event, "NANA+x@example.org")
        assert places() == 1
        assert taken(event) == (1, 1)
        assert first.get(url(event, "code/")).status_code == 410
        assert enter(second, event).status_code == 302

    def test_one_for_each_browser_the_latest(self, event: Event) -> None:
        browser = stranger()
        ask(browser, event, "nnana@example.org")
        html = browser.get(url(event)).content.decode()
        assert 'value="nnana@example.org"' in html
        ask(browser, event, NEW)
        assert taken(event) == (1, 1)
        enter(browser, event)
        assert Registration.objects.get().attendee.email == NEW  # type: ignore[union-attr]

    def test_where_one_would_wait_no_seat_is_kept_and_she_joins_the_end(self) -> None:
        event = cast.event(slots=[cast.first_come_plan(1)])
        cast.registered("dan", event)
        browser = stranger()
        ask(browser, event)
        assert taken(event) == (1, 0)
        cast.registered("emi", event)
        enter(browser, event)
        mine = Registration.objects.get(attendee__email=NEW)
        assert (mine.state, mine.place) == (State.WAITLISTED, 2)

    def test_whoever_comes_while_a_seat_is_kept_queues_and_gets_it_when_it_lapses(self) -> None:
        event = cast.event(slots=[cast.first_come_plan(1)])
        ask(stranger(), event)
        assert cast.registered("dan", event).state == State.WAITLISTED
        with seats_of(event, at=cast.NOW + timedelta(minutes=30)):
            pass
        assert Registration.objects.get().state == State.CONFIRMED

    def test_the_kept_seat_is_taken_though_others_wait(self) -> None:
        event = cast.event(slots=[cast.first_come_plan(1)])
        browser = stranger()
        ask(browser, event)
        cast.registered("dan", event)
        enter(browser, event)
        assert Registration.objects.get(attendee__email=NEW).state == State.CONFIRMED
        assert Registration.objects.get(attendee__email="dan@example.org").state == State.WAITLISTED

    def test_an_entry_in_a_lottery_waits_until_entries_close(self) -> None:
        event = cast.event(slots=[cast.lottery_plan()])
        browser = stranger()
        ask(browser, event)
        assert taken(event) == (0, 0)
        place = HeldPlace.objects.get()
        assert place.expires_at == cast.CLOSES_AT
        with time_machine.travel(cast.CLOSES_AT - timedelta(minutes=1), tick=False):
            assert "Enter the code to join the lottery" in browser.get(url(event, "code/")).content.decode()
            assert enter(browser, event, code_of(place)).status_code == 302
        assert Registration.objects.get().state == State.APPLIED

    def test_an_unproved_entry_is_out_after_entries_close(self) -> None:
        event = cast.event(slots=[cast.lottery_plan()])
        browser = stranger()
        ask(browser, event)
        right = code()
        frozen = freeze_lottery(lottery=Lottery.objects.get(), at=cast.CLOSES_AT)
        assert frozen.manifest.endswith("nominated 0\n")
        with time_machine.travel(cast.CLOSES_AT, tick=False):
            assert enter(browser, event, right).status_code == 410
        assert not Registration.objects.exists()

    def test_an_event_that_was_cancelled_meanwhile(self, event: Event) -> None:
        browser = stranger()
        ask(browser, event)
        right = code()
        cancel_event(event=event, at=cast.NOW, by=cast.person("aiko"))
        answer = browser.post(url(event, "code/"), {"code": right}, follow=True)
        assert "over or canceled" in answer.content.decode()
        assert not Registration.objects.exists()
        assert taken(event) == (0, 0)

    @pytest.mark.parametrize("admission", [Slot.Admission.DUTY, Slot.Admission.INVITED])
    def test_seats_with_a_duty_or_an_invitation_are_not_for_this(self, admission: Slot.Admission) -> None:
        event = cast.event(slots=[cast.first_come_plan(), cast.duty_plan(), cast.invited_plan()])
        assert ask(stranger(), event, slot=cast.slot_of(event, admission)).status_code == 409
        assert not HeldPlace.objects.exists()

    def test_after_closing_nobody_asks(self, event: Event) -> None:
        with time_machine.travel(cast.STARTS_AT, tick=False):
            assert ask(stranger(), event).status_code in {409, 422}
        assert not HeldPlace.objects.exists()

    def test_a_seat_that_was_kept_and_left_goes_on(self) -> None:
        event = cast.event(slots=[cast.first_come_plan(1)])
        browser = stranger()
        ask(browser, event)
        enter(browser, event)
        waiting = cast.registered("dan", event)
        nana = User.objects.get(email=NEW)
        leave_event(event=event, person=nana, at=cast.NOW, by=nana)
        waiting.refresh_from_db()
        assert waiting.state == State.CONFIRMED


class TestLimits:
    """The limits are counted in the database, so they hold across processes."""

    def test_a_mailbox_is_not_flooded(self, event: Event) -> None:
        answers = [ask(stranger(), event, f"nana+{number}@example.org").status_code for number in range(4)]
        assert answers == [302, 302, 302, 429]
        assert Notification.objects.filter(kind="place_code").count() == 3

    def test_the_form_comes_back_filled_in(self, event: Event) -> None:
        for _time in range(3):
            ask(stranger(), event)
        answer = ask(stranger(), event)
        assert answer.status_code == 429
        assert "Too many codes were requested here." in answer.content.decode()
        assert f'value="{NEW}"' in answer.content.decode()


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
