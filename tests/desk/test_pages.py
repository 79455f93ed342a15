"""Every page of the desk opens, in both languages, with and without content."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client

from meetups.communities.permissions import Role
from meetups.events.models import Event
from meetups.speakers.models import Talk
from tests.support import cast

pytestmark = pytest.mark.django_db(transaction=True)

COMMUNITY_PAGES = ["", "profile/", "members/", "events/new/"]
EVENT_PAGES = [
    "",
    "edit/",
    "cancellation/",
    "slots/new/",
    "rehearsal/",
    "attendees/",
    "check-in/",
    "draw/",
    "draw/?try=1",
    "shifts/",
    "talks/",
]


def signed_in(name: str = "aiko", *, language: str = "ja") -> Client:
    client = Client()
    client.force_login(cast.person(name, language=language))
    return client


def busy_event() -> Event:
    """An event with a person in every role."""
    event = cast.event()
    for guest in cast.people(3):
        cast.registered(guest, event)
    cast.volunteering("emi", event)
    cast.talk("emi", event)
    cast.talk("finn", event, state=Talk.State.PROPOSED, title="特徴量ストアを1年運用して")
    return event


@pytest.mark.in_short(8)
@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("page", EVENT_PAGES)
def test_pages_of_an_event(page: str, language: str) -> None:
    with time_machine.travel(cast.NOW, tick=False):
        client = signed_in(language=language)
        event = busy_event()
        answer = client.get(f"/desk/events/{event.public_id}/{page}")
    assert answer.status_code == 200
    assert event.title in answer.content.decode().replace("<wbr>", "")


@pytest.mark.in_short(8)
@pytest.mark.parametrize("page", EVENT_PAGES)
@pytest.mark.parametrize(
    "at", [cast.CLOSES_AT, cast.DRAWS_AT + timedelta(hours=1), cast.STARTS_AT, cast.ENDS_AT + timedelta(days=2)]
)
def test_pages_of_an_event_at_any_time(page: str, at: datetime) -> None:
    with time_machine.travel(cast.NOW, tick=False):
        event = busy_event()
    with time_machine.travel(at, tick=False):
        assert signed_in().get(f"/desk/events/{event.public_id}/{page}").status_code == 200


@pytest.mark.in_short(8)
@pytest.mark.parametrize("page", EVENT_PAGES)
@pytest.mark.parametrize("publish", [True, False])
def test_pages_of_an_event_where_nobody_is(page: str, publish: bool) -> None:
    with time_machine.travel(cast.NOW, tick=False):
        event = cast.event(slots=[], publish=publish)
        assert signed_in().get(f"/desk/events/{event.public_id}/{page}").status_code == 200


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("page", COMMUNITY_PAGES)
def test_pages_of_a_community(page: str, language: str) -> None:
    with time_machine.travel(cast.NOW, tick=False):
        client = signed_in(language=language)
        cast.event(publish=False)
        cast.online_event()
        cast.member("ben", Role.ORGANIZER)
        answer = client.get(f"/desk/c/ml/{page}")
    assert answer.status_code == 200
    assert "ML勉強会" in answer.content.decode().replace("<wbr>", "")


def test_the_desk_says_what_it_is_for_where_there_is_nothing() -> None:
    client = signed_in("dan", language="en")
    assert "Host your first meetup" in client.get("/desk/").content.decode()
    assert client.get("/desk/communities/new/").status_code == 200


def test_reception_finds_her_way_from_the_desk_to_the_door() -> None:
    with time_machine.travel(cast.NOW, tick=False):
        event = cast.event()
        cast.member("chie", Role.RECEPTION)
        page = signed_in("chie").get("/desk/").content.decode()
    assert f"/desk/events/{event.public_id}/check-in/" in page
    assert 'href="/desk/c/ml/"' not in page
