"""The page that similar readers share, and the personal values in its gaps."""

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.test import Client, RequestFactory

from meetups.events.models import Event
from meetups.pages.events import event as event_view
from meetups.pages.site import shared_page
from meetups.pages.site.one_second_cache import _stored
from meetups.pages.site.shared_page import Personal
from meetups.registrations.models import Slot
from tests.support import cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def an_hour(settings: Any) -> Iterator[None]:
    """The shared second lasts for the whole test."""
    settings.ANONYMOUS_PAGE_SECONDS = 3600
    _stored.clear()
    with time_machine.travel(cast.NOW, tick=False):
        yield
    _stored.clear()


def page(client: Client, event: Event, *, then: str = "") -> str:
    answer = client.get(f"/events/{event.public_id}/{then}")
    assert answer.status_code == 200
    html = answer.content.decode()
    assert shared_page._MARK not in html
    return html


def tokens(html: str) -> set[str]:
    return set(re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', html))


def test_each_reader_has_a_token_of_her_own_that_works() -> None:
    event = cast.event()
    dan, emi = Client(enforce_csrf_checks=True), Client(enforce_csrf_checks=True)
    dan.force_login(cast.person("dan"))
    emi.force_login(cast.person("emi"))
    [of_dan], [of_emi] = tokens(page(dan, event)), tokens(page(emi, event))
    assert of_dan != of_emi
    form = {"language": "ja", "next": "/", "csrfmiddlewaretoken": of_emi}
    assert emi.post("/language/", form).status_code == 302
    assert dan.post("/language/", form).status_code == 403


def test_readers_who_are_alike_share_one_rendering(monkeypatch: pytest.MonkeyPatch) -> None:
    event = cast.event()
    dan, emi = cast.signed_in("dan"), cast.signed_in("emi")
    before = page(dan, event)
    monkeypatch.setattr(shared_page, "render_to_string", None)
    assert re.sub(r'value="[^"]{64}"', "", page(emi, event)) == re.sub(r'value="[^"]{64}"', "", before)


def test_what_i_am_at_the_event_is_mine_alone() -> None:
    event = cast.event(slots=[cast.first_come_plan(1)])
    for name in ("aiko", "ben", "chie"):
        cast.registered(name, event)
    ben, chie = cast.signed_in("ben"), cast.signed_in("chie")
    assert "You’re #1 on the waitlist." in page(ben, event)
    assert "You’re #2 on the waitlist." in page(chie, event)


def test_people_with_a_seat_share_a_rendering_and_have_their_own_number(monkeypatch: pytest.MonkeyPatch) -> None:
    event = cast.event(slots=[cast.first_come_plan(3)])
    for name in ("dan", "emi"):
        cast.registered(name, event)
    of_dan = page(cast.signed_in("dan"), event)
    monkeypatch.setattr(shared_page, "render_to_string", None)
    of_emi = page(cast.signed_in("emi"), event)
    assert "No. 1" in of_dan
    assert "No. 2" in of_emi
    assert "No. 1" not in of_emi


def test_what_the_page_shows_of_a_seat_is_in_the_key_of_those_who_share_it() -> None:
    # A seat is shared only without a talk, a shift and a request: `my.asked`, `my.to_confirm`, `my.part` and `my.teardown_url` are then empty.
    shown = set(re.findall(r"\bmy\.(\w+)", Path("templates/pages/events/sheet/my_part.html").read_text()))
    alone = {"asked", "to_confirm", "part", "registration", "teardown_url"}
    [key] = re.findall(r"seat = \((.+)\)$", inspect.getsource(event_view), re.MULTILINE)
    assert shown - alone == set(re.findall(r"\bmy\.(\w+)", key))


def test_a_message_is_shown_once_and_to_its_reader_only() -> None:
    event = cast.event()
    cast.registered("dan", event)
    dan, emi = cast.signed_in("dan"), cast.signed_in("emi")
    page(emi, event)
    answer = dan.post(f"/events/{event.public_id}/registration/cancellation/")
    assert answer.status_code == 302
    assert "is canceled. Thanks for letting us know" in page(dan, event)
    assert "is canceled. Thanks for letting us know" not in page(dan, event)
    assert "is canceled. Thanks for letting us know" not in page(emi, event)


def test_the_step_before_registering_knows_its_reader() -> None:
    event = cast.event(slots=[cast.first_come_plan(1), cast.lottery_plan(2)])
    slot = cast.slot_of(event, Slot.Admission.LOTTERY)
    dan, emi = cast.signed_in("dan"), cast.signed_in("emi")
    steps = [page(reader, event, then=f"registration/?slot={slot.public_id}") for reader in (dan, emi, dan)]
    assert ["You’ll register as “<bdi>ダン</bdi>”" in html for html in steps] == [True, False, True]
    assert "You’ll register as “<bdi>絵美</bdi>”" in steps[1]
    # Each page has its own request id, so that a form sent twice counts once.
    assert len({re.findall(r'name="request_id" value="([^"]+)"', html)[0] for html in steps}) == 3
    assert len(set.union(*map(tokens, steps))) == 3
    assert all(f'value="{slot.public_id}"' in html for html in steps)


def test_addresses_do_not_mix() -> None:
    event = cast.event()
    dan = cast.signed_in("dan")
    assert f'name="next" value="/events/{event.public_id}/"' in page(dan, event)
    assert f'name="next" value="/events/{event.public_id}/?from=mail"' in page(dan, event, then="?from=mail")


def test_what_stands_in_a_gap_is_escaped(rf: RequestFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    html = shown(rf, monkeypatch, "{{ mine }}", mine="<b>")
    assert html == "&lt;b&gt;"


def test_a_template_cannot_show_what_has_no_gap(rf: RequestFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(rf, monkeypatch, "{{ user.name }}") == "ダン"
    with pytest.raises(Personal, match=r"user\.email"):
        shown(rf, monkeypatch, "{{ user.email }}")


def shown(rf: RequestFactory, monkeypatch: pytest.MonkeyPatch, text: str, **own: str) -> str:
    """The result of `shared_page` for Dan, from a template with this text."""

    def render_to_string(_name: str, context: dict[str, Any], _request: HttpRequest) -> str:
        return Template(text).render(Context(context))

    monkeypatch.setattr(shared_page, "render_to_string", render_to_string)
    monkeypatch.setattr(shared_page, "get_messages", lambda _request: [])
    request = rf.get("/")
    request.user = cast.person("dan")
    answer: HttpResponse = shared_page.shared_page(request, "any.html", lambda _own: {}, key=text, own=own)
    return answer.content.decode()
