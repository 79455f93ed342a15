"""The history of an event: sentences by person and by thing, with filters, a page at a time."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from meetups.communities.permissions import Role
from meetups.events.models import Event
from meetups.history.models import HistoryEntry, record
from meetups.registrations.actions.lists.see_address import see_address
from meetups.runbook.actions.tick_todo import tick_todo
from meetups.runbook.models import Todo
from organizers.history.history import PAGE
from organizers.history.things import KINDS
from tests.support import cast

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)
MEETUPS = Path(__file__).resolve().parents[3] / "meetups"
# Subjects of a community: its history is not that of an event. The last are the owners of a thread, not things.
OF_COMMUNITIES = {"community", "invitation", "membership", "", "unfinished"}


@pytest.fixture(autouse=True)
def now() -> Iterator[None]:
    with time_machine.travel(cast.NOW + DAY, tick=False):
        yield


@pytest.fixture
def event() -> Event:
    """Dan registered and has a shift, Emi has a talk, Ben did a thing, Aiko looked Dan's address up."""
    event = cast.event()
    ben = cast.member("ben", Role.ORGANIZER)
    seat = cast.registered("dan", event)
    cast.registered("gin", event)
    cast.volunteering("dan", event)
    cast.talk("emi", event)
    thing = Todo.objects.create(event=event, title="会場を予約する", days=-10)
    tick_todo(todo=thing, done=True, at=cast.NOW + timedelta(hours=1), by=ben)
    see_address(registration=seat, at=cast.NOW + timedelta(hours=2), by=cast.person("aiko"))
    return event


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html.replace("<wbr>", ""))).strip()


def page(event: Event, query: str = "", *, desk: Client | None = None) -> str:
    answer = (desk or cast.signed_in("aiko")).get(f"/desk/events/{event.public_id}/history/{query}")
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    return str(answer.content.decode())


def lines(html: str) -> list[str]:
    found = re.search(r'<ul class="rows history">.*?</ul>', html, re.DOTALL)
    return [words(row) for row in re.findall(r"<li>(.*?)</li>", found[0], re.DOTALL)] if found else []


def test_it_says_who_did_what_the_newest_first(event: Event) -> None:
    said = lines(page(event))
    assert said[0] == "Nov 20, 2:00 PM 愛子 looked up the email address of ダン ダン"
    assert said[1] == "Nov 20, 1:00 PM ベン marked a thing to do as done 会場を予約する"
    assert said[-1].endswith("created the event")
    assert len(said) == len(set(said))


def test_one_person_what_they_did_and_what_happened_to_them(event: Event) -> None:
    assert [line.split(" ", 4)[4] for line in lines(page(event, f"?who={cast.person('ben').pk}"))] == [
        "ベン marked a thing to do as done 会場を予約する"
    ]
    dan = event.registrations.get(attendee=cast.person("dan"))
    html = page(event, f"?person={dan.pk}")
    of_dan = lines(html)
    assert "Only ダン" in words(html)
    assert any("looked up the email address of ダン" in line for line in of_dan)
    assert any("signed up for the shift" in line for line in of_dan)
    assert not any("銀" in line or "ベン" in line or "絵美" in line for line in of_dan)


def test_one_kind_of_thing_and_one_thing(event: Event) -> None:
    of_talks = page(event, "?what=talks")
    assert lines(of_talks)
    assert "ダン" not in " ".join(lines(of_talks))
    assert len(lines(page(event, "?what=todos"))) == 1
    thing = Todo.objects.get()
    html = page(event, f"?thing={thing.subject}")
    assert len(lines(html)) == 1
    shift = page(event, f"?thing=signup:{cast.shift_of(event).signups.get().pk}")
    assert len(lines(shift)) == 1
    assert "Only “撤収”" in words(shift)


def test_days_are_those_of_the_event(event: Event) -> None:
    everything = len(lines(page(event)))
    assert len(lines(page(event, "?since=2026-11-20&until=2026-11-20"))) == everything
    assert lines(page(event, "?since=2026-11-21")) == []
    assert "Nothing matches" in page(event, "?since=2026-11-21")
    late = record(
        thread=event.thread, subject=f"event:{event.pk}", verb="change_event", by=None,
        at=cast.NOW.replace(hour=15, minute=30),
    )  # fmt: skip
    # Half past midnight in Tokyo.
    assert len(lines(page(event, "?since=2026-11-21&until=2026-11-21"))) == 1
    late.delete()


@pytest.mark.in_short(3)
@pytest.mark.parametrize(
    "query",
    [
        "?who=x",
        "?who=999999",
        "?what=x",
        "?since=x",
        "?before=x",
        "?after=-1",
        "?person=99999999999999999999",
        "?before=²",
    ],
)
def test_a_filter_that_cannot_be_is_no_error(event: Event, query: str) -> None:
    assert lines(page(event, query))


def test_only_this_event_is_told(event: Event) -> None:
    other = cast.event()
    stranger = cast.registered("jun", other)
    assert lines(page(event, f"?person={stranger.pk}")) == lines(page(event))
    assert lines(page(event, f"?thing={stranger.subject}")) == []


@pytest.mark.story
def test_a_thousand_entries_come_in_pages_with_as_many_queries_as_three(event: Event) -> None:
    desk = cast.signed_in("aiko")

    def queries(query: str = "") -> int:
        with CaptureQueriesContext(connection) as seen:
            page(event, query, desk=desk)
        return len(seen)

    few, there = queries(), len(lines(page(event, desk=desk)))
    dan = event.registrations.get(attendee=cast.person("dan"))
    HistoryEntry.objects.bulk_create(
        HistoryEntry(thread=event.thread, subject=dan.subject, verb="register", actor_id=dan.attendee_id, at=cast.NOW)
        for _more in range(1_000)
    )
    assert queries() <= few <= 14
    seen, query = list[str](), ""
    while True:
        html = page(event, query, desk=desk)
        seen += re.findall(r"<li>\s*<span class=\"when\">", html)
        older = re.search(r'rel="next"\s+href="([^"]+)"', html)
        if not older:
            break
        query = older[1].replace("&amp;", "&")
    assert len(seen) == 1_000 + there
    newer = re.search(r'rel="prev"\s+href="([^"]+)"', html)
    assert newer
    assert len(lines(page(event, newer[1].replace("&amp;", "&"), desk=desk))) == PAGE


def test_every_subject_of_the_history_belongs_to_a_kind() -> None:
    sources = [file.read_text() for file in MEETUPS.rglob("*.py") if "migrations" not in file.parts]
    found = {
        kind
        for source in sources
        for kind in re.findall(
            r'(?:subject=|def subject\(self\) -> str:\n(?:\s+""".*"""\n)?\s+return )f"([a-z_-]*):', source
        )
    }
    known = {beginning for _word, beginnings in KINDS.values() for beginning in beginnings}
    assert {"registration", "talk", "todo", "programme"} <= found
    assert found - known - OF_COMMUNITIES == set()


def test_the_overview_and_a_person_lead_there(event: Event) -> None:
    desk, dan = cast.signed_in("aiko"), event.registrations.get(attendee=cast.person("dan"))
    address = f"/desk/events/{event.public_id}/history/"
    assert f'href="{address}"' in desk.get(f"/desk/events/{event.public_id}/").content.decode()
    found = desk.get(f"/desk/events/{event.public_id}/attendees/{dan.pk}/").content.decode()
    assert f"{address}?person={dan.pk}" in found
