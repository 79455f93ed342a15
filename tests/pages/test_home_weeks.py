"""Home by weeks; the one line of a card; what a community's page offers first."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from meetups.communities.models import Community, Follow
from meetups.events.models import Event
from meetups.pages.sheets.event_cards import CardLine, cards
from meetups.pages.sheets.event_weeks import weeks_of
from tests.support import cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def then() -> Iterator[None]:
    with time_machine.travel(cast.NOW, tick=False):
        yield


def read(path: str, client: Client | None = None) -> str:
    html = (client or Client()).get(path, headers={"accept-language": "en"}).content.decode()
    return " ".join(re.sub("<[^>]*>", " ", html[html.index("<main") :]).split())


def line_of(event: Event) -> CardLine | None:
    [card] = cards([Event.objects.select_related("community").get(pk=event.pk)], at=cast.NOW)
    return card.seats


def test_events_stand_under_their_weeks_and_later_under_their_months() -> None:
    monday = cast.NOW - timedelta(days=cast.NOW.weekday())
    days = {
        "this": monday + timedelta(days=6),
        "next": monday + timedelta(days=13),
        "after": monday + timedelta(days=14),
        "far": monday + timedelta(days=150),
    }
    for title, start in days.items():
        start = start.replace(hour=3)
        cast.event(title=title, slots=[cast.first_come_plan()], starts_at=start, ends_at=start + timedelta(hours=2))
    events = Event.objects.select_related("community").order_by("starts_at")
    weeks = weeks_of(cards(events, at=cast.NOW), at=cast.NOW)
    assert [[card.event.title for card in week.cards] for week in weeks] == [["this"], ["next"], ["after"], ["far"]]
    assert re.fullmatch(r"[A-Z]\w\w( \d{4})?", weeks[3].title)
    page = read("/")
    assert page.index("This week") < page.index("this ") < page.index("Next week") < page.index("Later")


def test_a_card_says_how_many_seats_and_until_when() -> None:
    assert line_of(cast.event(slots=[cast.first_come_plan(capacity=7)])) == CardLine(
        "open", "First come", "7 seats left"
    )
    drawn = line_of(cast.event())
    assert drawn is not None
    assert (drawn.tone, drawn.how) == ("lottery", "Lottery")


def full_event() -> Event:
    event = cast.event(slots=[cast.first_come_plan(capacity=1)])
    cast.registered("dan", event)
    cast.registered("emi", event)
    return event


def test_a_full_event_says_how_long_the_waitlist_is() -> None:
    assert line_of(full_event()) == CardLine("waiting", "Full, waitlist", "1 person")


def test_where_one_slot_is_full_the_one_with_seats_is_called_by_its_name() -> None:
    slots = [cast.first_come_plan(capacity=1), cast.duty_plan(name="Teardown volunteers")]
    event = cast.event(slots=slots, shifts=[cast.teardown_plan(minimum=1, maximum=2)])
    cast.registered("dan", event)
    assert line_of(event) == CardLine("certain", "Teardown volunteers", "2 seats left")


def test_a_communitys_page_offers_the_next_event_and_not_to_those_who_are_in() -> None:
    event = cast.online_event(title="soon")
    assert "You’ll be confirmed right away" in read("/c/ml/")
    dan = cast.signed_in("dan", language="en")
    assert "You’ll be confirmed right away" in read("/c/ml/", dan)
    cast.registered("dan", event)
    assert "You’ll be confirmed right away" not in read("/c/ml/", dan)


def test_motto_seal_and_paper_stand_at_the_head_of_a_communitys_page() -> None:
    community = cast.community()
    Community.objects.filter(pk=community.pk).update(motto="Tales of failure", chosen_letter="Q")
    html = Client().get("/c/ml/").content.decode()
    assert html.count('class="paper-pattern"') == 1
    assert ">Q</span>" in html
    assert "Tales of failure" in read("/c/ml/")


def test_home_knows_whom_i_follow() -> None:
    cast.event()
    dan = cast.signed_in("dan", language="en")
    assert "Following" not in read("/", dan)
    Follow.objects.create(community=cast.community(), person=cast.person("dan"), since=cast.NOW)
    assert read("/", dan).count("Following") == 2


@pytest.mark.parametrize("count", [1, 3])
def test_home_asks_a_signed_in_reader_the_same_questions_whatever_the_number(
    count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        cast.registered("dan", cast.event(title=f"event {number}"))
    Follow.objects.create(community=cast.community(), person=cast.person("dan"), since=cast.NOW)
    dan = cast.signed_in("dan", language="en")
    read("/", dan)
    with django_assert_num_queries(QUERIES_SIGNED_IN):
        read("/", dan)


# One of them asks at which doors the reader helps; one at which places most events are, kept for a while.
QUERIES_SIGNED_IN = 10


def test_a_stranger_reads_a_greeting_and_who_is_signed_in_does_not() -> None:
    cast.event()
    assert "First time here?" in read("/")
    assert "First time here?" not in read("/", cast.signed_in("dan", language="en"))
