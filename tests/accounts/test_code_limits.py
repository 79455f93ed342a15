"""How many codes are sent and guessed (RULES 124). Each limit has an attack that it stops, and honest people who pass."""

import json
import logging
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from meetups.accounts import attempts
from meetups.accounts.attempts import Limit, What
from meetups.accounts.models import Attempt, User
from meetups.accounts.tasks import clear_attempts
from meetups.events.models import Event
from meetups.lifecycle.actions.erase_person import erase_person
from meetups.notifications.models import Notification
from meetups.pages.entrance import codes, known_browser
from meetups.registrations.models import HeldPlace, Registration
from meetups.registrations.unverified_places import code_of
from tests.accounts.mailed_codes import (
    ATTACKER,
    DAN,
    HOME,
    ROOM,
    ask_for_code,
    browser,
    code,
    guess,
    guess_right,
    is_in,
    other,
    sign_in,
)
from tests.faults.figures import FULL
from tests.support import cast

pytestmark = pytest.mark.django_db


class TestMailsWithCodes:
    @pytest.mark.story
    def test_a_stranger_sends_three_a_minute_and_fifteen_a_day_to_a_mailbox(self) -> None:
        cast.person("dan")
        with time_machine.travel(cast.NOW) as clock:
            assert [ask_for_code(browser(ATTACKER)) for _time in range(4)] == [302, 302, 302, 429]
            for _minute in range(30):
                clock.shift(61)
                ask_for_code(browser(ATTACKER))
            sent = Notification.objects.filter(kind="account_letter").exclude(subject="account/email/way_in")
            assert sent.count() == 15
            assert sign_in(), "The owner, at home, still gets a code."
            clock.shift(24 * 3600)
            assert ask_for_code(browser(ATTACKER)) == 302

    def test_on_every_way_alike(self) -> None:
        cast.person("dan")
        event = cast.event(slots=[cast.first_come_plan(20)])
        with time_machine.travel(cast.NOW, tick=False):
            ask_for_code(browser(ATTACKER))
            browser(ATTACKER).post(reverse("account_reset_password"), {"email": DAN})
            browser(ATTACKER).post(
                reverse("account_signup"), {"name": "X", "email": DAN, "password1": "a strange password"}
            )
            assert register(browser(ATTACKER), event, DAN).status_code == 429
            assert browser(ATTACKER).post(reverse("account_reset_password"), {"email": DAN}).status_code == 429
            assert register(browser(HOME), event, DAN).status_code == 302

    def test_in_all(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(attempts.LIMITS, What.MAIL, (Limit((), 5, timedelta(days=1)),))
        answers = [ask_for_code(browser(f"192.0.2.{number}"), f"p{number}@example.org") for number in range(6)]
        assert answers == [302, 302, 302, 302, 302, 429]

    def test_a_person_who_has_to_wait_reads_until_when(self) -> None:
        cast.person("dan")
        with time_machine.travel(cast.NOW, tick=False):
            for _time in range(3):
                ask_for_code(browser())
            page = browser().post(reverse("account_request_login_code"), {"email": DAN, "next": "/me/"})
        html = page.content.decode()
        assert page.status_code == 429
        assert page["Retry-After"] == "10"
        assert "You can ask again at" in html
        assert 'data-try-again="10"' in html
        assert f'name="email" value="{DAN}"' in html

    def test_a_restart_forgets_nothing_and_locks_no_one_out(self) -> None:
        cast.person("dan")
        for _time in range(3):
            ask_for_code(browser(ATTACKER))
        cache.clear()
        assert ask_for_code(browser(ATTACKER)) == 429
        assert sign_in()


class TestTheBrowserOfTheOwner:
    """Strangers on many networks use up what an account has. The browser in which its owner was signed in before has its own."""

    @pytest.fixture(autouse=True)
    def few(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for what in (What.MAIL, What.WRONG_CODE):
            a_day = timedelta(days=1)
            limits = (Limit(("account",), 4, a_day), Limit(("network",), 30, a_day), Limit((), 8, a_day))
            monkeypatch.setitem(attempts.LIMITS, what, limits)

    def signed_out(self, email: str = DAN) -> Client:
        """A browser in which the owner of `email` was signed in, and has signed out."""
        client = browser()
        assert ask_for_code(client, email) == 302
        guess(client, code())
        assert is_in(client)
        client.post(reverse("account_logout"))
        assert not is_in(client)
        return client

    def test_gets_a_code_while_strangers_have_used_up_all(self) -> None:
        cast.person("dan")
        dan = self.signed_out()
        sent = [ask_for_code(browser(f"192.0.2.{number}"), DAN) for number in range(5)]
        assert sent == [302, 302, 302, 429, 429]
        for number in range(9):
            ask_for_code(browser(f"192.0.3.{number}"), f"p{number}@example.org")
        assert ask_for_code(browser(HOME), DAN) == 429, "The control: a browser that no one knows."
        assert ask_for_code(dan) == 302
        guess(dan, code())
        assert is_in(dan)

    def test_is_believed_while_strangers_guess(self) -> None:
        cast.person("dan")
        dan = self.signed_out()
        stranger = browser(ATTACKER)
        for _code in range(2):
            ask_for_code(stranger)
            for _try in range(2):
                guess(stranger, other(code()))
        at_home = browser()
        ask_for_code(at_home)
        assert "Too many wrong codes" in guess(at_home, code())
        ask_for_code(dan)
        guess(dan, code())
        assert is_in(dan)

    def test_has_a_limit_too_and_is_worth_nothing_for_another_account_or_when_forged(self) -> None:
        cast.person("dan")
        cast.person("emi")
        emi = self.signed_out("emi@example.org")
        answers = [ask_for_code(emi, "emi@example.org") for _time in range(6)]
        assert answers == [302, 302, 302, 302, 429, 429]
        for number in range(4):
            ask_for_code(browser(f"192.0.2.{number}"), DAN)
        assert ask_for_code(emi, DAN) == 429
        forger = browser()
        forger.cookies[known_browser.KNOWN.key] = f"{attempts.mark_of(DAN)} 9999999999 1"
        assert ask_for_code(forger, DAN) == 429

    @pytest.mark.parametrize("ends", ["others", "all", "password", "erased"])
    def test_a_thief_who_was_in_once_can_use_up_nothing_after_the_owner_ended_it(self, ends: str) -> None:
        cast.person("dan")
        owner, thief = self.signed_out(), self.signed_out()
        guess_right(owner)
        with time_machine.travel(timezone.now() + timedelta(minutes=2)):
            if ends == "password":
                typed = {"oldpassword": cast.PASSWORD, "password1": "a strange word", "password2": "a strange word"}
                assert owner.post(reverse("account_change_password"), typed).status_code == 302
            elif ends == "erased":
                erase_person(address=DAN, at=timezone.now())
            else:
                owner.post(reverse("my_sessions"), {"end": ends})
            owner.post(reverse("account_logout"))
            Attempt.objects.all().delete()
            for number in range(4):
                ask_for_code(browser(f"192.0.2.{number}"), DAN)
            assert ask_for_code(thief) == 429, "Its mark has ended: it counts as a stranger."
            assert ask_for_code(owner) == (429 if ends == "erased" else 302)

    def test_a_mark_of_an_earlier_version_or_a_broken_one_counts_for_nothing(self) -> None:
        cast.person("dan")
        for number in range(4):
            ask_for_code(browser(f"192.0.2.{number}"), DAN)
        for value in (attempts.mark_of(DAN), f"{attempts.mark_of(DAN)} x 1", f"{attempts.mark_of(DAN)} 1 9999999", " "):
            client, response = browser(), HttpResponse()
            known_browser.KNOWN.write(response, value)
            client.cookies = response.cookies
            assert ask_for_code(client) == 429

    def test_keeps_no_address(self) -> None:
        cast.person("dan")
        kept = self.signed_out().cookies[known_browser.KNOWN.key]
        assert "dan" not in kept.value
        assert kept["httponly"]


class TestGuesses:
    def attack(self, network: str = ATTACKER, *, times: int) -> None:
        """Asks for codes and guesses, three wrong ones each, on the days on which that is possible."""
        with time_machine.travel(timezone.now(), tick=True) as clock:
            while times > 0:
                client = browser(network)
                if ask_for_code(client) == 302:
                    for _try in range(min(3, times)):
                        guess(client, other(code()))
                        times -= 1
                clock.shift(61)

    @pytest.mark.story
    def test_twenty_a_day_on_an_account_from_one_network(self) -> None:
        cast.person("dan")
        self.attack(times=20)
        with time_machine.travel(timezone.now() + timedelta(minutes=20)):
            client = browser(ATTACKER)
            assert ask_for_code(client) == 302
            assert "Too many wrong codes" in guess(client, code()), "Even the right one."
            assert not is_in(client)
            assert sign_in(), "The owner, at home, signs in."

    @pytest.mark.story
    def test_sixty_a_day_on_an_account_wherever_they_come_from(self, monkeypatch: pytest.MonkeyPatch) -> None:
        cast.person("dan")
        for number in range(4):
            self.attack(f"192.0.2.{number}", times=15)
        assert not sign_in()
        with time_machine.travel(timezone.now() + timedelta(days=1, minutes=20)):
            assert sign_in()

    @pytest.mark.story
    def test_a_registration_has_the_same_limit(self) -> None:
        event = cast.event(slots=[cast.first_come_plan(20)])
        with time_machine.travel(cast.NOW) as clock:
            for _place in range(5):
                client = browser(ATTACKER)
                register(client, event, DAN)
                for _try in range(4):
                    typed = other(code_of(HeldPlace.objects.get(state=HeldPlace.State.HELD)))
                    assert enter(client, event, typed).status_code == 422
                clock.shift(61)
            register(client, event, DAN)
            right = code_of(HeldPlace.objects.get(state=HeldPlace.State.HELD))
            assert enter(client, event, right).status_code == 429
            assert not User.objects.filter(email=DAN).exists()
            at_home = browser(HOME)
            register(at_home, event, DAN)
            assert enter(at_home, event, code_of(HeldPlace.objects.get(state=HeldPlace.State.HELD))).status_code == 302

    def test_in_all(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(attempts.LIMITS, What.WRONG_CODE, (Limit((), 3, timedelta(days=1)),))
        cast.person("dan")
        self.attack(times=3)
        assert not sign_in()

    def test_many_raise_an_alarm_in_the_log(
        self, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        monkeypatch.setattr(codes, "MANY", 5)
        cast.person("dan")
        caplog.set_level(logging.WARNING, logger="meetups.security")
        self.attack(times=4)
        assert not alarms(caplog)
        self.attack(times=1)
        first = {"security": "alarm", "reason": "wrong_codes", "number": 5}
        assert alarms(caplog) == [first]
        self.attack("192.0.2.67", times=6)
        assert alarms(caplog) == [first], "Once an hour."
        assert DAN not in caplog.text

    def test_two_at_the_same_moment_raise_the_alarm_and_so_does_the_next_hour(
        self, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        """Both were noted before either counted, so neither saw the full number."""
        monkeypatch.setattr(codes, "MANY", 5)
        monkeypatch.setattr(codes, "wrong_codes_lately", lambda _at: 6)
        caplog.set_level(logging.WARNING, logger="meetups.security")
        with time_machine.travel(timezone.now(), tick=False) as clock:
            for seconds in (0, 3000, 700):
                clock.shift(seconds)
                client = browser()
                ask_for_code(client)
                guess(client, other(code()))
        assert [alarm["number"] for alarm in alarms(caplog)] == [6, 6]

    def test_count_for_the_account_that_is_guessed_whatever_else_waits_in_the_browser(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A sign-up that waits for its own code there took the guesses of a new password for someone else."""
        monkeypatch.setitem(attempts.LIMITS, What.WRONG_CODE, (Limit(("account",), 2, timedelta(days=1)),))
        cast.person("dan")
        page = reverse("account_confirm_password_reset_code")
        for decoy in ("first", "second"):
            stranger = browser(ATTACKER)
            typed = {"name": "X", "email": f"{decoy}@example.org", "password1": "a strange password"}
            stranger.post(reverse("account_signup"), typed)
            stranger.post(reverse("account_reset_password"), {"email": DAN})
            if decoy == "first":
                for _try in range(2):
                    stranger.post(page, {"code": other(code())})
        assert "Too many wrong codes" in stranger.post(page, {"code": code()}).content.decode()

    def test_two_slips_and_the_right_one_pass(self) -> None:
        cast.person("dan")
        client = browser()
        ask_for_code(client)
        for _slip in range(2):
            guess(client, other(code()))
        guess(client, code())
        assert is_in(client)


def test_what_limits_keep_is_no_address_and_is_gone_after_a_day() -> None:
    ask_for_code(browser())
    kept = str(Attempt.objects.values().get())
    assert DAN not in kept
    assert HOME not in kept
    assert clear_attempts(timezone.now() + timedelta(hours=23)) == "0 old attempts removed"
    assert clear_attempts(timezone.now() + timedelta(hours=25)) == "1 old attempts removed"


@pytest.mark.story
@pytest.mark.parametrize("people", [300 if FULL else 40])
def test_newcomers_in_one_room_all_have_their_codes_within_five_minutes(
    people: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They ask in the same moment, type the code 20 seconds after it was sent, and their pages try again by themselves.

    `make faults` takes 300 people and the limit of the product, which is half of them. The short form keeps that share.
    """
    at_once = people // 2
    if not FULL:
        limits = [limit for limit in attempts.LIMITS[What.MAIL] if not limit.waits]
        monkeypatch.setitem(
            attempts.LIMITS, What.MAIL, (*limits, Limit(("network",), at_once, timedelta(minutes=5), waits=True))
        )
    event = cast.event(slots=[cast.first_come_plan(20)])
    asks = {number: browser(ROOM) for number in range(people)}
    types: dict[int, tuple[float, Client]] = {}
    seconds, last_sent, rounds, refused = 0, 0, 0, 0
    with time_machine.travel(cast.NOW, tick=False) as clock:
        while asks or types:
            for number, client in list(asks.items()):
                answer = register(client, event, f"guest{number}@example.org")
                if answer.status_code == 302:
                    types[number] = (seconds + 20, asks.pop(number))
                    last_sent = seconds
                else:
                    refused += 1
                    assert "This page tries again by itself." in answer.content.decode()
            if not seconds:
                assert (len(types), refused) == (at_once, people - at_once)
            clock.shift(10)
            seconds += 10
            rounds += 1
            for number, (then, client) in list(types.items()):
                if then <= seconds:
                    place = HeldPlace.objects.get(email=f"guest{number}@example.org")
                    assert enter(client, event, code_of(place)).status_code == 302
                    del types[number]
            assert rounds < 60
    assert refused, "The room was larger than the limit: otherwise this proves nothing."
    assert last_sent <= 300
    assert Registration.objects.count() == people


def test_a_network_that_never_types_a_code_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    limit = Limit(("network",), 5, timedelta(minutes=5), waits=True)
    monkeypatch.setitem(attempts.LIMITS, What.MAIL, (limit,))
    event = cast.event(slots=[cast.first_come_plan(20)])
    with time_machine.travel(cast.NOW, tick=False) as clock:
        answers = [register(browser(ATTACKER), event, f"v{number}@example.org").status_code for number in range(7)]
        assert answers == [302] * 5 + [429] * 2
        assert register(browser(HOME), event, "emi@example.org").status_code == 302
        clock.shift(301)
        assert register(browser(ATTACKER), event, "later@example.org").status_code == 302


@pytest.mark.parametrize("why", ["closed", "codes"])
def test_a_registration_that_is_refused_takes_no_place_of_its_network(
    why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = Limit(("network",), 1, timedelta(minutes=5), waits=True)
    monkeypatch.setitem(attempts.LIMITS, What.MAIL, (limit,))
    event, other_event = (cast.event(slots=[cast.first_come_plan(20)]) for _event in range(2))
    with time_machine.travel(cast.NOW, tick=False):
        if why == "closed":
            event.slots.update(closes_at=cast.NOW - timedelta(minutes=1))
            refused = register(browser(ROOM), event, "first@example.org").status_code
        else:
            with override_settings(UNUSED_CODES_A_DAY=0):
                refused = register(browser(ROOM), event, "first@example.org").status_code
        assert refused in {409, 429}
        assert not Notification.objects.exists()
        assert register(browser(ROOM), other_event, "second@example.org").status_code == 302
        assert register(browser(ROOM), other_event, "third@example.org").status_code == 429


class TestASignUpWithAPasswordInARush:
    """The code has to wait; what was typed does not get lost, and the page that waits does ask again."""

    @pytest.fixture(autouse=True)
    def one_at_a_time(self, monkeypatch: pytest.MonkeyPatch) -> None:
        limit = Limit(("network",), 1, timedelta(minutes=5), waits=True)
        monkeypatch.setitem(attempts.LIMITS, What.MAIL, (limit,))

    def sign_up(self, email: str) -> tuple[Client, Any]:
        client = browser(ROOM)
        typed = {"name": "Nana", "email": email, "password1": "a strange password", "next": "/me/"}
        return client, client.post(reverse("account_signup"), typed)

    def send_again(self, client: Client, page: Any) -> Any:
        """Sends the form of the page as a browser does."""
        html = page.content.decode()
        assert "This page tries again by itself." in html
        [form] = re.findall(r'<form class="form".*?</form>', html, re.DOTALL)
        assert "password" not in form
        [to] = re.findall(r'action="([^"]*)"', form.partition(">")[0]) or [page.request["PATH_INFO"]]
        return client.post(to, dict(re.findall(r'name="(\w+)" value="([^"]*)"', form)))

    def test_gets_its_code_when_its_turn_comes_and_has_its_name_and_password(self) -> None:
        with time_machine.travel(cast.NOW, tick=False) as clock:
            assert ask_for_code(browser(ROOM), "first@example.org") == 302
            nana, page = self.sign_up("nana@example.org")
            assert page.status_code == 429
            page = self.send_again(nana, page)
            assert page.status_code == 429
            for _quota in range(3):
                page = self.send_again(nana, page)
            clock.shift(301)
            assert self.send_again(nana, page).status_code == 302
            # The code is good for 15 minutes from then on.
            clock.shift(840)
            answer = nana.post(reverse("account_email_verification_sent"), {"code": code()})
            assert (answer.status_code, answer["Location"]) == (302, "/me/")
            assert is_in(nana)
            person = User.objects.get(email="nana@example.org")
            assert person.name == "Nana"
            assert person.check_password("a strange password")

    def test_reads_that_a_long_wait_keeps_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(attempts.LIMITS, What.MAIL, (Limit(("network",), 1, timedelta(days=1)),))
        assert ask_for_code(browser(ROOM), "first@example.org") == 302
        nana, page = self.sign_up("nana@example.org")
        again = nana.post(reverse("account_email_verification_sent"), {"action": "resend"})
        for html in (page.content.decode(), again.content.decode()):
            assert "Later than that, sign up again." in html
            assert "tries again by itself" not in html

    def test_looks_the_same_for_an_address_with_an_account(self) -> None:
        cast.person("dan")
        seen, mailed = [], []
        with time_machine.travel(cast.NOW, tick=False) as clock:
            for email in (DAN, "nana@example.org"):
                assert ask_for_code(browser(ROOM), "first@example.org") == 302
                client, page = self.sign_up(email)
                again = self.send_again(client, page)
                clock.shift(301)
                sent = self.send_again(client, again)
                seen.append((page.status_code, again.status_code, sent.status_code, sent["Location"]))
                mailed.append(Notification.objects.filter(kind="account_letter").latest("pk").subject)
                clock.shift(301)
        assert seen[0] == seen[1]
        assert seen[0][:3] == (429, 429, 302)
        assert mailed == ["account/email/account_already_exists", "account/email/email_confirmation_signup"]

    def test_a_new_code_in_a_rush_waits_whether_the_address_has_an_account_or_not(self) -> None:
        """Otherwise the answer would tell (RULES 28)."""
        cast.person("dan")
        with time_machine.travel(cast.NOW, tick=False) as clock:
            for email in (DAN, "nana@example.org"):
                client, page = self.sign_up(email)
                assert page.status_code == 302
                again = client.post(reverse("account_email_verification_sent"), {"action": "resend"})
                assert again.status_code == 429
                clock.shift(301)


def alarms(caplog: pytest.LogCaptureFixture) -> list[Any]:
    return [json.loads(record.getMessage()) for record in caplog.records if '"alarm"' in record.getMessage()]


def register(client: Client, event: Event, email: str) -> Any:
    slot = event.slots.general().in_order()[0]
    sent = {"slot": slot.public_id, "asked": slot.public_id, "name": "Guest", "email": email}
    return client.post(reverse("registration", args=[event.public_id]), sent)


def enter(client: Client, event: Event, typed: str) -> Any:
    return client.post(reverse("registration_code", args=[event.public_id]), {"code": typed})
