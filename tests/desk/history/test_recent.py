"""The overview's recent changes: what one person did to many things at once is one line, in both languages."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from django.utils.html import strip_tags

from meetups.accounts.models import User
from meetups.communities.permissions import Role
from meetups.events.models import Event
from meetups.history.models import HistoryEntry, record
from organizers.history.history_words import QUIET, WORDS
from organizers.history.recent import LINES, MANY, recent
from tests.support import cast

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def now() -> Iterator[None]:
    with time_machine.travel(cast.NOW + timedelta(days=1), tick=False):
        yield


@pytest.fixture
def event() -> Event:
    """An event whose history is empty, with Ben on its team."""
    event = cast.event()
    cast.member("ben", Role.ORGANIZER)
    HistoryEntry.objects.filter(thread=event.thread).delete()
    return event


def did(event: Event, verb: str, subject: str, *, after: timedelta = timedelta(0), by: User | None = None) -> None:
    at = cast.NOW + after
    record(thread=event.thread, subject=subject, verb=verb, at=at, by=by or cast.person("ben"))


def lines(event: Event, language: str = "en") -> list[str]:
    with translation.override(language):
        return [strip_tags(one.sentence) for one in recent(event)]


def test_five_shifts_added_at_once_are_one_line_that_counts_them(event: Event) -> None:
    did(event, "change_event", f"event:{event.pk}")
    for number in range(5):
        did(event, "plan_shift", f"shift:{number}", after=number * MINUTE)
    assert lines(event) == ["ベン added 5 shifts", "ベン changed the event"]
    assert lines(event, "ja")[0] == "ベンさんがシフトを5件作りました"
    [shifts, _change] = recent(event)
    assert shifts.at == cast.NOW + 4 * MINUTE, "the newest"


def test_one_shift_keeps_its_name(event: Event) -> None:
    did(event, "plan_shift", f"shift:{cast.shift_of(event).pk}")
    assert lines(event) == ["ベン added the shift “撤収”"]


def test_what_others_do_in_between_parts_nothing_but_time_and_persons_do(event: Event) -> None:
    did(event, "plan_shift", "shift:1")
    did(event, "change_capacity", "slot:1", after=MINUTE, by=cast.person("aiko"))
    did(event, "plan_shift", "shift:2", after=2 * MINUTE)
    did(event, "plan_shift", "shift:0", after=2 * MINUTE, by=cast.person("aiko"))
    did(event, "plan_shift", "shift:4", after=13 * MINUTE)
    did(event, "plan_shift", "shift:5", after=13 * MINUTE)
    aiko = cast.person("aiko").name
    assert lines(event) == [
        "ベン added 2 shifts",
        f"{aiko} added the shift “–”",
        "ベン added 2 shifts",
        f"{aiko} changed the number of seats",
    ]


def test_the_same_thing_changed_again_and_again_is_said_once(event: Event) -> None:
    for minute in range(3):
        did(event, "change_shift", f"shift:{cast.shift_of(event).pk}", after=minute * MINUTE)
    assert lines(event) == ["ベン changed the shift “撤収”"]


def test_without_words_for_many_it_says_how_often(event: Event) -> None:
    for minute in range(3):
        did(event, "change_event", f"event:{event.pk}", after=minute * MINUTE)
    assert lines(event) == ["ベン changed the event (3 times)"]
    assert lines(event, "ja") == ["ベンさんがイベントを変更しました（3回）"]


def test_what_was_done_in_turn_stays_in_its_order(event: Event) -> None:
    for verb in ("publish_event", "back_to_draft", "publish_event"):
        did(event, verb, f"event:{event.pk}")
    assert lines(event) == [
        "ベン published the event",
        "ベン took the event back to a draft",
        "ベン published the event",
    ]


def test_people_keep_their_lines_and_moving_up_is_counted(event: Event) -> None:
    for name in ("dan", "gin"):
        cast.registered(name, event)
    for number in range(3):
        record(thread=event.thread, subject=f"registration:{number}", verb="promote", at=cast.NOW, by=None)
    assert lines(event) == ["3 people moved up from the waitlist", "Gin registered", "ダン registered"]


def test_a_name_is_no_code_in_a_line_of_many(event: Event) -> None:
    User.objects.filter(pk=cast.person("ben").pk).update(name="<b>Ben</b> %(who)s")
    for number in range(2):
        did(event, "add_slot", f"slot:{number}")
    [line] = recent(event)
    assert "&lt;b&gt;Ben&lt;/b&gt; %(who)s" in str(line.sentence)


def test_it_asks_as_much_for_one_change_as_for_a_hundred(event: Event) -> None:
    costs = []
    for number in (1, 99):
        for hour in range(number):
            did(event, "plan_shift", f"shift:{cast.shift_of(event).pk}", after=timedelta(hours=hour))
        with CaptureQueriesContext(connection) as queries:
            found = recent(event)
        costs.append(len(queries))
    assert len(found) == LINES
    assert costs[0] == costs[1]


def test_words_for_many_are_for_verbs_that_the_list_shows() -> None:
    assert MANY.keys() <= WORDS.keys() - {*QUIET}
