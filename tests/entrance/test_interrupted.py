"""The session, or what opens the dashboard, ended while a form was being typed (RULES 152)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY, TOTP, generate_totp_secret
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from meetups.communities.permissions import Role
from meetups.events.models import Event
from meetups.lifecycle.models import Message
from tests.accounts.test_fresh_sign_in import totp
from tests.desk.test_freshness import organizer
from tests.support import cast
from tests.support.gate import CODE, code_for

pytestmark = pytest.mark.django_db
WORDS = "会場が変わりました。\n二番の出口からどうぞ。"
MESSAGE = {"subject": "会場について", "body": WORDS, "audience": "everyone", "email": "of the form itself"}
FACTOR, SIGN_IN, ACTIVATION = (
    "/accounts/2fa/reauthenticate/",
    "/accounts/reauthenticate/",
    "/accounts/2fa/totp/activate/",
)
AGAIN = "/code/typed/"


@pytest.fixture(autouse=True)
def then() -> Iterator[None]:
    with time_machine.travel(cast.NOW, tick=False):
        yield


def url(event: Event) -> str:
    return f"/desk/events/{event.public_id}/messages/new/"


def signed_out() -> Client:
    return Client(headers={"accept-language": "en"})


def send(browser: Client, path: str, typed: dict[str, str], **options: Any) -> Any:
    """As browsers send a form without files."""
    return browser.post(path, urlencode(typed), content_type="application/x-www-form-urlencoded", **options)


def test_what_an_organizer_typed_is_there_again_after_the_code() -> None:
    event = cast.event()
    ben = cast.member("ben", Role.ORGANIZER)
    browser = signed_out()
    answer = send(browser, url(event), MESSAGE)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "You’re no longer signed in" in page
    assert "会場が変わりました。" in page
    answer = send(browser, url(event), {**MESSAGE, "signed-out-email": ben.email})
    assert answer["Location"] == CODE
    answer = browser.post(CODE, {"code": code_for(ben.email)})
    assert answer["Location"] == "/code/typed/"
    page = browser.get("/code/typed/").content.decode()
    assert "<p>会場が変わりました。<br>二番の出口からどうぞ。</p>" in page
    assert f'action="{url(event)}"' in page
    assert 'name="email" value="of the form itself"' in page
    assert not Message.objects.exists(), "nothing was sent"


def test_another_person_who_signs_in_there_does_not_see_it() -> None:
    event = cast.event()
    ben, finn = cast.member("ben", Role.ORGANIZER), cast.person("finn")
    browser = signed_out()
    send(browser, url(event), {**MESSAGE, "signed-out-email": ben.email})
    browser.post("/accounts/login/", {"login": finn.email, "password": cast.PASSWORD})
    assert browser.get("/code/typed/")["Location"] == "/me/"


def test_a_button_without_a_word_leads_to_sign_in_and_back() -> None:
    assert signed_out().post("/me/mails/")["Location"] == "/accounts/login/?next=/me/mails/"


@pytest.mark.parametrize("gate", ["/accounts/login/", "/accounts/2fa/totp/activate/"])
def test_a_part_of_a_page_never_becomes_the_page_for_sign_in(gate: str, settings: Any) -> None:
    event = cast.event()
    settings.DESK_SECOND_FACTOR = True
    browser = signed_out() if "login" in gate else cast.signed_in("aiko")
    page = f"/desk/events/{event.public_id}/check-in/"
    answer = browser.get(f"{page}?q=dan", headers={"HX-Request": "true", "HX-Current-URL": f"http://testserver{page}"})
    assert answer.status_code == 401
    assert (answer["HX-Retarget"], answer["HX-Reswap"]) == ("body", "beforeend")
    assert f'href="{gate}?{urlencode({"next": page})}"' in answer.content.decode()
    assert browser.get(f"{page}?q=dan")["Location"].startswith(gate)


def kept(gate: str) -> str:
    return f"{gate}?{urlencode({'next': AGAIN})}"


def waits(browser: Client, event: Event) -> bool:
    """Whether the text is shown again, with a button that sends it to its page."""
    answer = browser.get(AGAIN)
    page = answer.content.decode() if answer.status_code == 200 else ""
    return "<p>会場が変わりました。<br>二番の出口からどうぞ。</p>" in page and f'action="{url(event)}"' in page


def later(**passed: int) -> datetime:
    return cast.NOW + timedelta(**passed)


class TestAnOrganizerWhoIsStillSignedIn:
    def test_shows_the_second_factor_and_then_sends_what_was_typed(self, settings: Any) -> None:
        settings.DESK_SECOND_FACTOR = True
        event, secret = cast.event(), generate_totp_secret()
        TOTP.activate(cast.person("aiko", language="en"), secret)
        browser = organizer("password", "mfa", at=cast.NOW)
        with time_machine.travel(later(hours=13), tick=False):
            assert send(browser, url(event), MESSAGE)["Location"] == kept(FACTOR)
            assert browser.post(kept(FACTOR), {"code": totp(secret), "next": AGAIN})["Location"] == AGAIN
            assert waits(browser, event)
            assert not Message.objects.exists(), "nothing was sent"
            assert send(browser, url(event), MESSAGE).status_code == 422, "the form itself, with what it asks for"
            assert browser.get(AGAIN)["Location"] == "/me/", "its page has it, so it waits no longer"

    def test_confirms_after_14_days_that_it_is_them(self) -> None:
        event = cast.event()
        browser = organizer("password", at=cast.NOW)
        with time_machine.travel(later(days=15), tick=False):
            assert send(browser, url(event), MESSAGE)["Location"] == kept(SIGN_IN)
            assert browser.post(kept(SIGN_IN), {"password": cast.PASSWORD, "next": AGAIN})["Location"] == AGAIN
            assert waits(browser, event)

    def test_turns_the_second_factor_on_and_finds_what_was_typed_behind_it(self, settings: Any) -> None:
        settings.DESK_SECOND_FACTOR = True
        event = cast.event()
        browser = organizer("password", at=cast.NOW)
        assert send(browser, url(event), MESSAGE)["Location"] == kept(ACTIVATION)
        browser.get(kept(ACTIVATION))
        answer = browser.post(ACTIVATION, {"code": totp(browser.session[SECRET_SESSION_KEY])}, follow=True)
        assert f'href="{AGAIN}"' in answer.content.decode()
        assert waits(browser, event)

    def test_shares_it_with_no_one_and_keeps_no_password(self) -> None:
        event = cast.event()
        finn = cast.person("finn")
        browser = organizer("password", at=cast.NOW)
        with time_machine.travel(later(days=15), tick=False):
            send(browser, url(event), {**MESSAGE, "password": "a secret of theirs"})
            assert "a secret of theirs" not in browser.get(AGAIN).content.decode()
            browser.post("/accounts/logout/")
            browser.post("/accounts/login/", {"login": finn.email, "password": cast.PASSWORD})
            assert browser.get(AGAIN)["Location"] == "/me/"

    def test_keeps_a_page_open_that_is_too_long_to_wait(self) -> None:
        event = cast.event()
        browser = organizer("password", at=cast.NOW)
        with time_machine.travel(later(days=15), tick=False):
            answer = send(browser, url(event), {**MESSAGE, "body": "長" * 20_001})
        assert answer.status_code == 422
        page = answer.content.decode()
        assert "長" * 20_001 in page
        assert f'href="{SIGN_IN}?next=%2Fdesk%2F" target="_blank"' in page

    def test_is_not_asked_about_what_a_script_sends_while_the_page_goes(self) -> None:
        event = cast.event()
        browser = organizer("password", at=cast.NOW)
        with time_machine.travel(later(days=15), tick=False):
            send(browser, url(event), MESSAGE)
            send(browser, url(event), {"body": "二行目"}, headers={"sec-fetch-dest": "empty"})
            assert waits(browser, event)


FILES = "Files are the exception: choose them again."


@pytest.mark.parametrize("is_signed_in", [False, True])
def test_a_form_with_a_file_keeps_its_text_and_asks_for_the_file_again(is_signed_in: bool) -> None:
    cast.person("aiko", language="en")
    event = cast.event()
    address = f"/desk/events/{event.public_id}/pictures/"
    form = {"title": "窓辺の会", "description": WORDS, "picture": SimpleUploadedFile("room.png", b"png", "image/png")}
    aiko = organizer("password", at=cast.NOW)
    with time_machine.travel(later(days=15), tick=False):
        if is_signed_in:
            browser = aiko
            browser.post(browser.post(address, form)["Location"], {"password": cast.PASSWORD, "next": AGAIN})
        else:
            browser = signed_out()
            page = browser.post(address, form)
            assert page.status_code == 422
            assert FILES in page.content.decode()
            texts = {name: text for name, text in form.items() if isinstance(text, str)}
            email = cast.person("aiko").email
            send(browser, address, {**texts, "signed-out-files": "1", "signed-out-email": email})
            browser.post(CODE, {"code": code_for(email)})
        again = browser.get(AGAIN).content.decode()
        assert FILES in again
        assert "<p>窓辺の会</p>" in again
        assert "signed-out" not in again
        page = browser.post(address, {name: text for name, text in form.items() if name != "picture"})
        assert "窓辺の会" in page.content.decode(), "the form of the event, as it was typed"
