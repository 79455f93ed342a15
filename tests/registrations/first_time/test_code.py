"""The code of a registration without an account: what it opens, what it tells no one, and its limits (RULES 27, 28)."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from meetups.accounts.models import User
from meetups.events.models import Event
from meetups.notifications.compose import compose
from meetups.notifications.models import Notification
from meetups.registrations.models import HeldPlace, Registration, Slot
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.unverified_places import code_of
from tests.registrations.first_time.steps import (
    NEW,
    ask,
    at_the_time_of_the_cast,
    code,
    enter,
    places,
    stranger,
    taken,
    url,
    wrong,
)
from tests.support import cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def then() -> Iterator[None]:
    yield from at_the_time_of_the_cast()


@pytest.fixture
def event() -> Event:
    return cast.event(slots=[cast.first_come_plan(20)])


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
