"""The parts of a page that readers share for a second, and the parts that they never share."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client

from meetups.communities.permissions import Role
from meetups.events.models import Event
from meetups.pages.site.one_second_cache import MOST, _stored, cached
from meetups.registrations.models import Slot
from meetups.speakers.models import Talk
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


def page(client: Client, event: Event) -> str:
    answer = client.get(f"/events/{event.public_id}/", headers={"accept-language": "en"})
    assert answer.status_code == 200
    return answer.content.decode()


def test_what_was_made_is_given_out_again_until_the_second_is_over(settings: Any) -> None:
    made: list[int] = []

    def make() -> int:
        made.append(1)
        return len(made)

    assert [cached("a", make), cached("a", make), cached("b", make)] == [1, 1, 2]
    settings.ANONYMOUS_PAGE_SECONDS = 0
    assert cached("a", make) == 3


def test_a_worker_keeps_so_many_stored_and_no_more() -> None:
    for number in range(MOST + 50):
        cached(number, lambda: "x")
    assert len(_stored) == MOST


def test_names_links_and_states_stay_with_those_they_are_for() -> None:
    event = cast.online_event(slots=[cast.first_come_plan(2), cast.duty_plan()], shifts=[cast.teardown_plan()])
    cast.registered("emi", event)
    emi, finn = cast.signed_in("emi"), cast.signed_in("finn")
    seen = page(emi, event)
    assert "https://video.example.com/ml15" in seen
    assert "絵美" in seen
    for reader in (finn, Client()):
        html = page(reader, event)
        assert "https://video.example.com/ml15" not in html
        assert "絵美" not in html
        assert "Confirmed · " not in html
        assert "Register" in html
    # Finn's visit does not change what Emi sees.
    assert page(emi, event).count("https://video.example.com/ml15") == seen.count("https://video.example.com/ml15")


def test_what_i_just_did_shows_at_once() -> None:
    event = cast.event()
    dan = cast.signed_in("dan")
    assert "Enter the lottery" in page(dan, event)
    slot = cast.slot_of(event, Slot.Admission.LOTTERY)
    dan.post(f"/events/{event.public_id}/registration/", {"slot": slot.public_id})
    html = page(dan, event)
    assert "You’re in the lottery." in html
    assert "Enter the lottery" not in html
    dan.post(f"/events/{event.public_id}/shifts/{cast.shift_of(event).pk}/signup/")
    html = page(dan, event)
    assert "Cancel my shift" in html
    assert "3 left" in html


def test_a_talk_is_on_the_programme_as_soon_as_its_speaker_has_confirmed_it() -> None:
    event = cast.event()
    talk = cast.talk("emi", event, state=Talk.State.ACCEPTED, title="Offline evaluation")
    emi = cast.signed_in("emi")
    assert "No talks on the program yet." in page(emi, event)
    emi.post(f"/talks/{talk.pk}/confirmation/")
    html = page(emi, event)
    assert "No talks on the program yet." not in html
    assert re.search(r"<h3[^>]*>\s*<a[^>]*>\s*Offline evaluation", html)


def test_an_edit_shows_at_once() -> None:
    event = cast.event()
    assert event.title in page(cast.signed_in("dan"), event)
    Event.objects.update(title="Another title")
    assert "Another title" in page(cast.signed_in("dan"), event)


def test_the_way_to_the_desk_is_for_those_who_run_it() -> None:
    event = cast.event()
    cast.member("ben", Role.ORGANIZER)
    assert f"/desk/events/{event.public_id}/" in page(cast.signed_in("ben"), event)
    assert f"/desk/events/{event.public_id}/" not in page(cast.signed_in("finn"), event)


def test_languages_do_not_mix() -> None:
    event = cast.event()
    assert "Slots" in page(cast.signed_in("dan", language="en"), event)
    assert "参加枠" in page(cast.signed_in("finn", language="ja"), event)


def test_two_queries_when_another_reader_came_in_the_same_second(django_assert_num_queries: Any) -> None:
    event = cast.event()
    cast.registered("dan", event)
    cast.registered("emi", event)
    dan, emi = cast.signed_in("dan"), cast.signed_in("emi")
    page(dan, event)
    # Session and person; event and the person's part.
    with django_assert_num_queries(2):
        page(emi, event)
