"""The dashboard of a community with hundreds of events costs what one with fifty costs, and every event can be reached."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from meetups.core.ids import public_id
from meetups.events.models import Event
from tests.support import cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
EACH = 120


def some(event: Event, number: int, *, days: int, state: str = "published") -> None:
    """So many events like this one, each `days` further from it than the one before."""
    begin = Event.objects.count()
    made = []
    for step in range(1, number + 1):
        one = Event.objects.get(pk=event.pk)
        one.pk, one.public_id, one.title, one.state = None, public_id(), f"Evening {begin + step:04}", state
        one.starts_at += timedelta(days=days * step)
        one.ends_at += timedelta(days=days * step)
        one._state.adding = True
        made.append(one)
    Event.objects.bulk_create(made)


def world(each: int) -> Event:
    event = cast.event()
    for days, state in ((1, "published"), (-30, "published"), (1, "draft"), (-30, "draft")):
        some(event, each, days=days, state=state)
    return event


def seen(aiko: Client, event: Event, query: str = "") -> str:
    answered = aiko.get(f"/desk/c/{event.community.slug}/{query}")
    assert answered.status_code == 200
    return answered.content.decode()


def titles(html: str) -> set[str]:
    return set(re.findall(r"Evening \d{4}", html.replace("<wbr>", "")))


def test_many_events_cost_what_few_cost() -> None:
    event, aiko = world(60), cast.signed_in("aiko")
    costs = []
    for _ in range(2):
        seen(aiko, event)
        with CaptureQueriesContext(connection) as asked:
            html = seen(aiko, event)
        costs.append((len(asked.captured_queries), html.count("</li>")))
        for days, state in ((1, "published"), (-30, "published"), (1, "draft")):
            some(event, 200, days=days, state=state)
    assert costs[0] == costs[1]
    assert costs[1][1] < 200


@pytest.mark.parametrize("key", ["drafts", "coming", "past"])
def test_each_list_leads_to_all_of_its_events(key: str) -> None:
    event, aiko = world(EACH), cast.signed_in("aiko")
    html, found, walked = seen(aiko, event), set(), 1
    found |= titles(html)
    while onward := re.search(rf'rel="next"\s+href="(\?{key}=\d+)"', html):
        html = seen(aiko, event, onward[1])
        found |= titles(html)
        walked += 1
    assert 3 <= walked <= 6
    states: dict[str, dict[str, Any]] = {
        "drafts": {"state": "draft"},
        "coming": {"ends_at__gt": cast.NOW, "state": "published"},
    }
    of_list = Event.objects.filter(**states.get(key, {"ends_at__lte": cast.NOW, "state": "published"}))
    assert set(of_list.exclude(pk=event.pk).values_list("title", flat=True)) <= found
    assert re.search(rf'rel="prev"\s+href="\?{key}={walked - 1}"', html)


def test_an_event_is_found_by_its_title_and_nothing_is_said_to_be_so() -> None:
    event, aiko = world(EACH), cast.signed_in("aiko")
    assert titles(seen(aiko, event, "?q=evening 0333")) == {"Evening 0333"}
    nothing = seen(aiko, event, "?q=nowhere")
    assert "No event with these words in its title" in nothing
    assert "Create your first event" not in nothing
    assert "Create your first event" not in seen(aiko, event, "?past=999&amp;coming=x")


def test_a_community_with_few_events_has_no_search() -> None:
    event, aiko = cast.event(), cast.signed_in("aiko")
    assert 'type="search"' not in seen(aiko, event)


def test_the_calendar_for_a_copy_names_three_events_of_a_day() -> None:
    event, aiko = cast.event(), cast.signed_in("aiko")
    some(event, 40, days=0)
    html = aiko.get(f"/desk/events/{event.public_id}/copy/").content.decode()
    assert len(titles(html)) <= 3
    assert "…" in html


def test_a_talk_for_any_event_can_be_added_to_each_of_many() -> None:
    event, aiko = cast.event(), cast.signed_in("aiko")
    some(event, EACH, days=1)
    event.community.proposals.create(speaker=cast.person("emi"), title="Any evening", proposed_at=cast.NOW)
    address = f"/desk/c/{event.community.slug}/proposals/"
    assert len(titles(aiko.get(address).content.decode())) == 49
    assert titles(aiko.get(address, {"q": "evening 0121"}).content.decode()) == {"Evening 0121"}
    assert "No event with these words" in aiko.get(address, {"q": "nowhere"}).content.decode()
