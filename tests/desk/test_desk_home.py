"""The start page of the dashboard: the most pressing of all events, whose turn it is at each, what is left of past ones."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from meetups.communities.permissions import Role
from meetups.registrations.models import Registration
from meetups.speakers.models import Talk
from tests.support import cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]


def home(who: str = "aiko") -> str:
    answer = cast.signed_in(who).get("/desk/")
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", str(answer.content.decode()).replace("<wbr>", ""))


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html)).strip()


def lanes(html: str) -> dict[str, list[str]]:
    """The title of each event → how it stands, what is mine, and what is waited for."""
    found = {}
    for lane in re.findall(r"<article.*?</article>", html):
        title = re.search(r"<h2>(.*?)</h2>", lane)
        assert title
        cells = [
            re.search(rf'class="{name}"?>?(.*?)</(?:p|div|details)>', lane)
            for name in ("stand", "lane-mine", "lane-waiting")
        ]
        found[words(title[1])] = [words(cell[1]) if cell else "" for cell in cells]
    return found


def test_each_event_says_how_it_stands_and_whose_turn_it_is() -> None:
    event = cast.event()
    for guest in cast.people(3):
        cast.registered(guest, event)
    cast.talk("emi", event, state=Talk.State.ACCEPTED)
    cast.talk("finn", event, state=Talk.State.PROPOSED, title="特徴量ストア")
    html = home()
    [(title, (stand, mine, waiting))] = lanes(html).items()
    assert title == event.title
    assert stand == "3 entries for 60 seats (draw: Dec 1) 撤収 0 of at least 2"
    assert "Review 1 proposal" in mine
    assert "“撤収” needs 2 more people" in mine
    assert "絵美 confirm their talk" in waiting
    assert "Dec 1 automatic Draw" in waiting
    assert "Fri, Nov 20 2 things are your turn" in words(html)


def test_what_is_late_comes_first_then_the_nearest_deadline() -> None:
    later = cast.event(
        title="Later", starts_at=cast.STARTS_AT + timedelta(days=30), ends_at=cast.ENDS_AT + timedelta(days=30)
    )
    cast.talk("emi", later, state=Talk.State.PROPOSED)
    near = cast.event(title="Near", venue_name="", venue_address="")
    cast.talk("emi", near)

    def pressing() -> str:
        found = re.search(r'<section class="next.*?</section>', home())
        assert found
        return words(found[0])

    assert "Near" in pressing()
    assert "The venue isn’t set" in pressing()
    with time_machine.travel(cast.STARTS_AT - timedelta(days=9), tick=False):
        # The draw of the nearer one is late by then.
        assert "Late since Dec 1" not in pressing()
        assert "Late since Nov 25" in pressing()


def test_a_past_event_stays_until_its_work_is_done() -> None:
    event = cast.event(slots=[cast.first_come_plan(9)], shifts=[])
    for guest in cast.people(2):
        cast.registered(guest, event)
    first = Registration.objects.filter(event=event).order_by("pk")[0]
    Registration.objects.filter(pk=first.pk).update(checked_in_at=event.starts_at)
    with time_machine.travel(event.ends_at + timedelta(days=3), tick=False):
        html = home()
        assert "Past events" in html
        assert "Record 1 no-show" in words(html)
        assert lanes(html) == {}
        cast.signed_in("aiko").post(f"/desk/events/{event.public_id}/no-shows/", {"slot": [first.slot_id]})
        assert "Past events" not in home()


def test_a_draft_and_an_event_with_nothing_to_do() -> None:
    cast.event(title="Draft", publish=False)
    calm = cast.event(title="Calm", slots=[cast.first_come_plan(5)], shifts=[])
    cast.talk("emi", calm)
    found = lanes(home())
    assert found["Draft"][:2] == ["Draft", "Dec 5 Publish the draft"]
    assert found["Calm"][1] == "Nothing to do"


def test_the_first_time_there_is_one_thing_to_do() -> None:
    html = words(home("dan"))
    assert "Open your first event" in html
    assert "Communities" not in html
    cast.community()
    html = home("aiko")
    assert "Open your first event" in html
    assert "/desk/c/ml/events/new/" in html
    assert "your turn" not in html


def test_check_in_staff_see_the_door_and_no_turns() -> None:
    event = cast.event()
    cast.event(title="Draft", publish=False)
    cast.member("chie", Role.RECEPTION)
    html = home("chie")
    assert f"/desk/events/{event.public_id}/check-in/" in html
    assert ("your turn" in html, "Draft" in html, '/desk/c/ml/"' in html) == (False, False, False)


@pytest.mark.story
def test_one_event_and_ten_cost_the_same() -> None:
    client = cast.signed_in("aiko")

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/desk/").status_code == 200
        return len(queries)

    def one_more(number: int) -> None:
        event = cast.event(title=f"Event {number}")
        cast.registered("dan", event)
        cast.talk("emi", event)
        cast.volunteering(f"helper{number}", event)

    one_more(0)
    first = asked()
    for number in range(1, 10):
        one_more(number)
    assert (first, asked()) == (12, 12)
