"""The event's page on the day, for a person with a seat: the one thing to do comes first."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine

from meetups.events.models import Event
from meetups.lifecycle.actions.cancel_event import cancel_event
from meetups.registrations.actions.arrivals.check_in import check_in
from meetups.registrations.models import Registration
from tests.support import cast

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
JOIN = "https://video.example.com/ml15"


def page(name: str, event: Event, at: datetime) -> str:
    with time_machine.travel(at, tick=False):
        answer = cast.signed_in(name).get(f"/events/{event.public_id}/")
    assert answer.status_code == 200
    return str(answer.content.decode())


def button(html: str) -> str:
    """Where the page's first button leads; empty without one."""
    found = re.search(r'<a class="action wide" href="([^"]*)"', html)
    return found[1] if found else ""


def online() -> Event:
    with time_machine.travel(cast.NOW, tick=False):
        event = cast.online_event()
        cast.registered("dan", event)
    return event


def on_site() -> Event:
    with time_machine.travel(cast.NOW, tick=False):
        event = cast.event(slots=[cast.first_come_plan(5), cast.duty_plan()])
        cast.registered("dan", event)
    return event


@pytest.mark.parametrize(("before", "joins"), [(61, False), (60, True), (42, True), (-119, True), (-120, False)])
def test_online_the_button_to_join_is_there_from_an_hour_before_until_the_end(before: int, joins: bool) -> None:
    event = online()
    html = page("dan", event, event.starts_at - timedelta(minutes=before))
    assert (button(html) == JOIN) is joins
    assert (html.index(JOIN) < html.index("</section>")) is joins if JOIN in html else not joins


def test_online_it_says_in_how_many_minutes_it_starts() -> None:
    event = online()
    assert "Starts in 42 minutes." in page("dan", event, event.starts_at - timedelta(minutes=42))
    assert "Starts in 1 minute." in page("dan", event, event.starts_at - timedelta(seconds=20))
    assert "It has begun. Come in at any time." in page("dan", event, event.starts_at + HOUR)


def test_a_speaker_checks_the_connection_first() -> None:
    event = online()
    with time_machine.travel(cast.NOW, tick=False):
        cast.talk("emi", event)
    html = page("emi", event, event.starts_at - HOUR / 2)
    assert button(html) == f"/events/{event.public_id}/connection/"
    assert html.index("/connection/") < html.index(JOIN)


@pytest.mark.parametrize(("before", "shows"), [(181, False), (180, True), (0, True)])
def test_on_site_the_screen_is_for_the_door_from_three_hours_before(before: int, shows: bool) -> None:
    event = on_site()
    html = page("dan", event, event.starts_at - timedelta(minutes=before))
    code = str(Registration.objects.get().code)
    assert ("Show this screen at check-in." in html, f">{code}</output>" in html) == (shows, shows)
    assert not shows or (button(html) == "" and "東京都港区六本木6-10-1" in html)


def test_no_one_else_reads_a_code_and_who_is_in_needs_none() -> None:
    event = on_site()
    mine = Registration.objects.get()
    soon = event.starts_at - HOUR
    with time_machine.travel(cast.NOW, tick=False):
        other = cast.registered("emi", event)
    other.refresh_from_db()
    assert str(mine.code) not in page("emi", event, soon)
    assert str(other.code) in page("emi", event, soon)
    check_in(registration=other, at=soon, by=cast.person("aiko"))
    html = page("emi", event, soon)
    assert "You’re checked in. Welcome!" in html
    assert str(other.code) not in html


def test_what_is_on_now_is_marked_and_the_teardown_list_is_there() -> None:
    event = on_site()
    with time_machine.travel(cast.NOW, tick=False):
        cast.talk("ben", event, title="First", minutes=40)
        cast.talk("finn", event, title="Second")
        cast.volunteering("emi", event)
    html = page("emi", event, event.starts_at + timedelta(minutes=45))
    [on] = re.findall(r'aria-current="step"\s*>(.*?)</li>', html, re.DOTALL)
    assert "Second" in on
    assert f'href="/events/{event.public_id}/teardown/"' in html
    assert f'href="/events/{event.public_id}/teardown/"' not in page("dan", event, event.starts_at)


def test_when_the_event_is_over_teardown_has_its_list_until_it_ends() -> None:
    event = on_site()
    with time_machine.travel(cast.NOW, tick=False):
        cast.volunteering("emi", event)
    shift = cast.shift_of(event)
    assert event.ends_at < shift.ends_at - timedelta(minutes=10)
    teardown = f"/events/{event.public_id}/teardown/"
    for at in (event.ends_at, event.ends_at + timedelta(minutes=10), shift.ends_at - timedelta(minutes=1)):
        html = page("emi", event, at)
        assert button(html) == teardown, at
        assert f"Your shift: {shift.title}." in html
        assert teardown not in page("dan", event, at)
    # Who has no seat, but a shift, has the list on the day as well.
    with time_machine.travel(cast.NOW, tick=False):
        Registration.objects.filter(attendee=cast.person("emi")).delete()
    assert button(page("emi", event, event.starts_at - 3 * HOUR)) == teardown
    assert teardown not in page("emi", event, event.starts_at - 4 * HOUR)
    html = page("emi", event, shift.ends_at)
    assert button(html) == ""
    assert f"Your shift: {shift.title}." not in html
    assert "This event is over." in html


@pytest.mark.parametrize("how", ["canceled", "over", "waitlisted"])
def test_there_is_nothing_to_show_without_a_seat_and_without_an_event(how: str) -> None:
    with time_machine.travel(cast.NOW, tick=False):
        event = cast.event(slots=[cast.first_come_plan(1)])
        cast.registered("dan" if how != "waitlisted" else "emi", event)
        cast.registered("dan", event) if how == "waitlisted" else None
        if how == "canceled":
            cancel_event(event=event, at=cast.NOW, by=cast.person("aiko"))
    html = page("dan", event, event.ends_at + HOUR if how == "over" else event.starts_at - HOUR)
    assert "Show this screen" not in html
    assert "</output>" not in html


@pytest.mark.parametrize("talks", [1, 3])
def test_the_day_costs_no_more_than_the_days_before(talks: int, django_assert_num_queries: Any) -> None:
    event = on_site()
    with time_machine.travel(cast.NOW, tick=False):
        for guest in cast.people(talks, called="speaker"):
            cast.talk(guest, event)
    dan = cast.signed_in("dan")
    for at in (event.starts_at - 24 * HOUR, event.starts_at - HOUR):
        with time_machine.travel(at, tick=False), django_assert_num_queries(6 + 1 + 1):
            dan.get(f"/events/{event.public_id}/")
