"""The gate: a stranger does something on its own page, with name, address and a code (RULES 151 to 154)."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import (
    TOTP,
    generate_totp_secret,
)
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from meetups.accounts.models import User
from meetups.communities.models import Follow
from meetups.events.models import Event
from meetups.notifications.models import Notification
from meetups.pages.entrance.gate import SESSION_KEY
from meetups.registrations.actions.pairs.invite_partner import invite_partner
from meetups.registrations.models import Registration, Slot
from meetups.speakers.models import Talk
from meetups.volunteers.models import Signup
from tests.accounts.test_fresh_sign_in import totp
from tests.support import cast

pytestmark = pytest.mark.django_db
NEW = "nana@example.org"
CODE = "/code/"
PAGE_QUERIES = 4


@pytest.fixture(autouse=True)
def then() -> Iterator[None]:
    with time_machine.travel(cast.NOW, tick=False):
        yield


def stranger(language: str = "en") -> Client:
    return Client(headers={"accept-language": language})


def shift_url(event: Event) -> str:
    return f"/events/{event.public_id}/shifts/{cast.shift_of(event).pk}/signup/"


def talk_url(event: Event) -> str:
    return f"/events/{event.public_id}/talks/new/"


def ask(client: Client, url: str, email: str = NEW, name: str = "奈々", **more: Any) -> Any:
    return client.post(url, {"name": name, "email": email, **more})


def code() -> str:
    """The code from the last mail."""
    letter = Notification.objects.filter(kind="account_letter").latest("pk").letter
    assert letter
    return str(letter["code"])


def enter(client: Client, typed: str | None = None, **options: Any) -> Any:
    return client.post(CODE, {"code": code() if typed is None else typed}, **options)


def test_a_stranger_takes_teardown_with_name_address_and_code() -> None:
    event = cast.event()
    nana = stranger()
    page = nana.get(shift_url(event)).content.decode()
    assert "Take this shift and you’re in, no lottery." in page
    assert 'name="name"' in page
    answer = ask(nana, shift_url(event))
    assert (answer.status_code, answer["Location"]) == (302, CODE)
    assert not Signup.objects.exists()
    assert not User.objects.filter(email=NEW).exists()
    assert "nana@example.org" in nana.get(CODE).content.decode()
    answer = enter(nana, follow=True)
    assert answer.redirect_chain[-1][0] == f"/events/{event.public_id}/registration/"
    assert "The shift is yours." in answer.content.decode()
    signup = Signup.objects.get()
    assert (signup.volunteer.email, signup.volunteer.name) == (NEW, "奈々")
    assert Registration.objects.get(attendee=signup.volunteer).state == Registration.State.CONFIRMED


def test_what_was_typed_for_a_talk_is_proposed_after_the_code() -> None:
    event = cast.event()
    nana = stranger()
    ask(nana, talk_url(event), title="詰まりを測る", abstract="数える。", minutes="20")
    enter(nana)
    talk = Talk.objects.get()
    assert (talk.title, talk.abstract, talk.minutes, talk.speaker.email) == ("詰まりを測る", "数える。", 20, NEW)


def test_the_box_follows_the_community_once_the_code_is_there_and_is_never_ticked_by_us() -> None:
    event = cast.event()
    nana = stranger()
    page = nana.get(shift_url(event)).content.decode()
    assert 'name="follow"' in page
    assert 'name="follow" checked' not in page
    ask(nana, shift_url(event), follow="on")
    assert not Follow.objects.exists()
    assert "checked" in nana.get(shift_url(event)).content.decode()
    enter(nana)
    assert Follow.objects.get().person.email == NEW
    other = stranger()
    ask(other, shift_url(event), email="other@example.org")
    enter(other)
    assert Follow.objects.count() == 1


@pytest.mark.parametrize("ticked", [True, False])
def test_the_second_of_a_pair_is_asked_too(*, ticked: bool) -> None:
    event = cast.event()
    Slot.objects.filter(event=event).update(takes_pairs=True)
    lead = cast.registered("dan", event)
    url = f"/pairs/{invite_partner(registration=lead, at=cast.NOW, by=lead.person).token}/"
    nana = stranger()
    assert 'name="follow" >' in nana.get(url).content.decode()
    ask(nana, url, decision="accept", **({"follow": "on"} if ticked else {}))
    enter(nana)
    assert Registration.objects.filter(event=event).count() == 2
    assert Follow.objects.exists() == ticked


def test_going_back_from_the_code_shows_everything_as_it_was_typed() -> None:
    event = cast.event()
    nana = stranger()
    ask(nana, talk_url(event), title="詰まりを測る", abstract="数える。", minutes="5")
    page = nana.get(talk_url(event)).content.decode()
    for typed in ("詰まりを測る", "数える。", NEW, "奈々"):
        assert typed in page


def test_a_mistake_is_said_before_a_code_is_mailed() -> None:
    event = cast.event()
    answer = ask(stranger(), talk_url(event), email="nana", title="詰まりを測る", minutes="20")
    assert answer.status_code == 422
    assert "詰まりを測る" in answer.content.decode()
    assert not Notification.objects.exists()


def test_an_address_with_an_account_reads_like_one_without() -> None:
    event = cast.event()
    dan = cast.person("dan", language="en")
    pages = []
    for email in (dan.email, NEW):
        browser = stranger()
        answer = ask(browser, shift_url(event), email=email)
        page = browser.get(answer["Location"]).content.decode()
        pages.append(re.sub(r"\S+@\S+|value=\"\w{64}\"", "", page))
    assert pages[0] == pages[1]


def test_asking_costs_the_same_for_an_address_with_an_account() -> None:
    """One statement is the difference, a look at one row; hashing a password would be seen from outside."""
    event = cast.event()
    dan = cast.person("dan", language="en")
    asked = {}
    for email in (NEW, dan.email):
        browser = stranger()
        browser.get(shift_url(event))
        with CaptureQueriesContext(connection) as queries:
            ask(browser, shift_url(event), email=email)
        asked[email] = len(queries)
    assert asked[dan.email] - asked[NEW] in {0, 1}


@pytest.mark.parametrize("shifts", [1, 3])
def test_the_page_of_a_shift_asks_the_same_whatever_else_is_planned(shifts: int) -> None:
    event = cast.event(shifts=[cast.teardown_plan()] * shifts)
    with CaptureQueriesContext(connection) as queries:
        stranger().get(shift_url(event))
    assert len(queries) == PAGE_QUERIES


def test_a_known_person_keeps_their_name_whatever_was_typed() -> None:
    event = cast.event()
    dan = cast.person("dan")
    browser = stranger()
    ask(browser, shift_url(event), email=dan.email, name="Mallory")
    enter(browser)
    assert Signup.objects.get().volunteer == dan
    assert User.objects.get(pk=dan.pk).name == dan.name


def test_a_wide_address_and_a_wide_code_are_understood() -> None:
    event = cast.event()
    nana = stranger("ja")
    ask(nana, shift_url(event), email="ｎａｎａ＠ｅｘａｍｐｌｅ．ｏｒｇ")
    wide = code().translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})
    enter(nana, f"{wide[:3]} {wide[3:]}")
    assert Signup.objects.get().volunteer.email == NEW


def test_the_code_counts_in_the_browser_that_asked_only() -> None:
    event = cast.event()
    ask(stranger(), shift_url(event))
    other = stranger()
    answer = enter(other)
    assert answer.status_code == 410
    assert "Type the code where you started" in answer.content.decode()
    assert not Signup.objects.exists()


def test_three_wrong_codes_end_the_code_and_a_new_one_goes_on() -> None:
    event = cast.event()
    nana = stranger()
    ask(nana, shift_url(event))
    right = code()
    wrong = "000000" if right != "000000" else "111111"
    for _try in range(3):
        assert enter(nana, wrong).status_code == 422
    answer = enter(nana, right)
    assert answer.status_code == 422
    assert "This code no longer works." in answer.content.decode()
    assert not Signup.objects.exists()
    nana.post(CODE, {"send": "1"})
    enter(nana)
    assert Signup.objects.get().volunteer.email == NEW


def test_a_code_of_a_quarter_of_an_hour_ago_is_over() -> None:
    event = cast.event()
    nana = stranger()
    ask(nana, shift_url(event))
    with time_machine.travel(cast.NOW + timedelta(minutes=16), tick=False):
        assert enter(nana).status_code == 422
    assert not Signup.objects.exists()


def test_a_shift_that_was_taken_meanwhile_is_refused_on_its_own_page() -> None:
    event = cast.event(shifts=[cast.teardown_plan(minimum=1, maximum=1)])
    nana = stranger()
    ask(nana, shift_url(event))
    cast.volunteering("finn", event)
    answer = enter(nana, follow=True)
    assert answer.redirect_chain[-1][0] == shift_url(event)
    assert "This shift is full." in answer.content.decode()
    assert Signup.objects.count() == 1


def test_with_a_second_factor_it_is_done_after_that() -> None:
    event = cast.event()
    dan = cast.person("dan")
    secret = generate_totp_secret()
    TOTP.activate(dan, secret)
    browser = stranger()
    ask(browser, shift_url(event), email=dan.email)
    answer = enter(browser)
    assert "2fa" in answer["Location"]
    assert not Signup.objects.exists()
    right = totp(secret)
    answer = browser.post(answer["Location"], {"code": right})
    assert answer["Location"] == f"/events/{event.public_id}/registration/"
    assert Signup.objects.get().volunteer == dan


@pytest.mark.parametrize("is_proved", [False, True])
def test_what_one_person_asked_for_is_never_done_by_another(is_proved: bool) -> None:
    event = cast.event()
    dan, finn = cast.person("dan"), cast.person("finn")
    browser = stranger()
    ask(browser, talk_url(event), email=dan.email, title="詰まりを測る", minutes="20")
    if is_proved:
        session = browser.session
        session[SESSION_KEY] = {**session[SESSION_KEY], "proved": dan.pk}
        session.save()
    browser.post("/accounts/login/", {"login": finn.email, "password": cast.PASSWORD})
    assert browser.get("/me/").status_code == 200
    assert not Talk.objects.exists()
    assert "詰まりを測る" not in browser.get(talk_url(event)).content.decode()


def test_without_the_control_for_the_person_another_would_do_it() -> None:
    """A control: the same browser, in which the person whose code was typed signs in."""
    event = cast.event()
    dan = cast.person("dan")
    browser = stranger()
    ask(browser, talk_url(event), email=dan.email, title="詰まりを測る", minutes="20")
    session = browser.session
    session[SESSION_KEY] = {**session[SESSION_KEY], "proved": dan.pk}
    session.save()
    browser.post("/accounts/login/", {"login": dan.email, "password": cast.PASSWORD})
    assert Talk.objects.get().speaker == dan


def test_a_person_who_signs_in_with_a_password_instead_finds_what_they_typed() -> None:
    event = cast.event()
    dan = cast.person("dan")
    browser = stranger()
    ask(browser, talk_url(event), email=dan.email, title="詰まりを測る", minutes="20")
    browser.post("/accounts/login/", {"login": dan.email, "password": cast.PASSWORD})
    assert not Talk.objects.exists()
    assert "詰まりを測る" in browser.get(talk_url(event)).content.decode()


def test_the_session_ended_while_a_talk_was_typed() -> None:
    event = cast.event()
    dan = cast.signed_in("dan")
    dan.cookies.clear()
    typed = {"title": "詰まりを測る", "abstract": "数える。", "minutes": "20"}
    answer = dan.post(talk_url(event), typed, headers={"accept-language": "en"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "You’re no longer signed in" in page
    assert "詰まりを測る" in page
    assert "This field is required" not in page


def test_a_novel_does_not_wait_for_a_code() -> None:
    event = cast.event()
    answer = ask(stranger(), shift_url(event), more="x" * 20_001)
    assert answer.status_code == 422
    assert not Notification.objects.exists()


def test_mails_with_codes_are_limited_at_the_gate_as_everywhere() -> None:
    event = cast.event()
    answers = [ask(stranger(), shift_url(event)) for _time in range(4)]
    assert [answer.status_code for answer in answers] == [302, 302, 302, 429]
    assert NEW in answers[3].content.decode()
