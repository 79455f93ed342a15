"""The session ended while a form was being typed (RULES 152)."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from django.test import Client

from meetups.communities.permissions import Role
from meetups.events.models import Event
from meetups.lifecycle.models import Message
from tests.support import cast
from tests.support.gate import CODE, code_for

pytestmark = pytest.mark.django_db
WORDS = "会場が変わりました。\n二番の出口からどうぞ。"
MESSAGE = {"subject": "会場について", "body": WORDS, "audience": "everyone", "email": "of the form itself"}


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
