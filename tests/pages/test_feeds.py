"""Calendars and feeds that anyone can follow (E5, RULES 168)."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import icalendar
import pytest
import time_machine
import vobject  # type: ignore[import-untyped]  # it has no types
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from meetups.events.models import Event
from meetups.lifecycle.actions.cancel_event import cancel_event
from meetups.lifecycle.actions.change_event import change_event
from meetups.lifecycle.tasks import index_events
from meetups.speakers.actions.talks.set_themes import set_themes
from meetups.speakers.models import Talk
from tests.support import cast

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(autouse=True)
def then() -> Iterator[None]:
    with time_machine.travel(cast.NOW, tick=False):
        yield


def get(url: str, **headers: str) -> Any:
    return Client().get(url, headers={"accept-language": "en", **headers})


def entries(url: str) -> list[str]:
    """The titles in a calendar, as two libraries read them."""
    file = get(url).content
    ours = [str(entry["summary"]) for entry in icalendar.Calendar.from_ical(file).walk("VEVENT")]
    theirs = [entry.summary.value for entry in getattr(vobject.readOne(file.decode()), "vevent_list", [])]
    assert theirs == ours
    return ours


def news(url: str) -> list[str]:
    """The titles in a feed."""
    return [str(title.text) for title in ET.fromstring(get(url).content).iterfind(f"{ATOM}entry/{ATOM}title")]


def test_the_site_and_a_community_have_a_calendar_and_a_feed() -> None:
    cast.event(title="ours")
    cast.event(title="theirs", of=cast.community(slug="other", name="別の会", owner="finn"))
    assert entries("/calendar.ics") == ["ours", "theirs"]
    assert sorted(news("/feed.atom")) == ["ours", "theirs"]
    assert entries("/c/ml/calendar.ics") == news("/c/ml/feed.atom") == ["ours"]
    assert get("/c/nowhere/feed.atom").status_code == 404


def test_a_tag_or_a_search_has_a_calendar_and_a_feed() -> None:
    tagged = cast.event(title="tagged")
    cast.online_event(title="other")
    set_themes(talk=cast.talk("emi", tagged), words="Python", at=cast.NOW, by=cast.person("emi"))
    index_events()
    for query in ("?tag=python", "?q=tagg", "?prefecture=13"):
        assert entries(f"/calendar.ics{query}") == news(f"/feed.atom{query}") == ["tagged"], query
    assert entries("/calendar.ics?online=1") == ["other"]
    assert b"X-WR-CALNAME:#python" in get("/calendar.ics?tag=python").content


def test_a_person_has_a_calendar_and_a_feed_of_public_talks_only() -> None:
    cast.talk("emi", cast.event(title="open"), title="public talk")
    cast.talk("emi", cast.event(title="closed", visibility=Event.Visibility.MEMBERS), title="secret talk")
    cast.talk("emi", cast.event(title="later"), title="accepted talk", state=Talk.State.ACCEPTED)
    emi, dan = cast.person("emi"), cast.person("dan")
    assert entries(f"/speakers/{emi.pk}/calendar.ics") == ["public talk – open"]
    assert news(f"/speakers/{emi.pk}/feed.atom") == ["public talk"]
    # Who never spoke in public has none, and no one learns that there is such an account.
    for pk in (dan.pk, 10**6, 10**30):
        assert get(f"/speakers/{pk}/calendar.ics").status_code == get(f"/speakers/{pk}/feed.atom").status_code == 404


def test_a_canceled_event_stays_says_so_in_its_title_and_in_its_state() -> None:
    event = cast.event(title="off")
    cancel_event(event=event, at=cast.NOW, by=cast.person("aiko"))
    [entry] = icalendar.Calendar.from_ical(get("/calendar.ics").content).walk("VEVENT")
    assert (str(entry["status"]), str(entry["summary"])) == ("CANCELLED", "Canceled: off")
    assert news("/feed.atom") == ["Canceled: off"]


def test_each_zone_is_described_once() -> None:
    for number, zone in enumerate(("Asia/Tokyo", "Europe/Berlin", "Asia/Tokyo")):
        cast.event(title=str(number), time_zone=zone)
    file = get("/calendar.ics").content.decode()
    assert sorted(re.findall(r"^TZID:(\S+)", file, re.MULTILINE)) == ["Asia/Tokyo", "Europe/Berlin"]


def test_the_link_to_join_is_for_people_with_a_seat() -> None:
    event = cast.online_event()
    for url in ("/calendar.ics", "/feed.atom", "/c/ml/calendar.ics", f"/events/{event.public_id}/calendar.ics"):
        assert "video.example.com" not in get(url).content.decode(), url


@pytest.mark.parametrize("url", ["/calendar.ics", "/feed.atom", "/c/ml/calendar.ics", "/c/ml/feed.atom"])
def test_what_is_not_new_is_not_sent_again(url: str) -> None:
    event = cast.event()
    first = get(url)
    assert first["Cache-Control"] == "public, max-age=600"
    assert get(url, **{"if-none-match": first["ETag"]}).status_code == 304
    assert get(url, **{"if-modified-since": first["Last-Modified"]}).status_code == 304
    later = cast.NOW + timedelta(minutes=5)
    change_event(event=event, fields={"venue_name": "elsewhere"}, at=later, by=cast.person("aiko"))
    assert get(url, **{"if-none-match": first["ETag"]}).status_code == 200
    assert get(url, **{"if-modified-since": first["Last-Modified"]}).status_code == 200


def test_feeds_ask_the_same_for_one_event_and_three() -> None:
    urls = ("/calendar.ics", "/feed.atom", "/c/ml/calendar.ics", f"/speakers/{cast.person('emi').pk}/calendar.ics")

    def queries() -> list[int]:
        counts = []
        for url in urls:
            with CaptureQueriesContext(connection) as seen:
                assert get(url).status_code == 200
            counts.append(len(seen))
        return counts

    cast.talk("emi", cast.event())
    one = queries()
    for number in range(2):
        cast.talk("emi", cast.event(title=f"event {number}"))
    assert queries() == one == [1, 1, 2, 4]


def test_pages_say_where_they_can_be_followed() -> None:
    cast.event()
    home, community = get("/").content.decode(), get("/c/ml/").content.decode()
    for path in ("/feed.atom", "/calendar.ics"):
        assert f'href="{path}"' in home
        assert f'href="/c/ml{path}"' in community
