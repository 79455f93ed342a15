"""The log of mails by message: each kind, and each message of the organizers, as a filter of the log."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from meetups.events.models import Event
from meetups.notifications.models import Notification
from tests.support import cast
from tests.support.scenes.message_scene import standing_message

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def event() -> Event:
    """Dan has a seat and how to get in, Emi and Finn wait; Emi's mail came back."""
    event = cast.event(slots=[cast.first_come_plan(1)])
    for name in ("dan", "emi", "finn"):
        cast.registered(name, event)
    Notification.objects.filter(recipient=cast.person("emi")).update(state="bounced", settled_at=cast.NOW, error="550")
    standing_message(event)
    return event


def page(event: Event, **query: str) -> Any:
    with time_machine.travel(cast.NOW, tick=False):
        answer = cast.signed_in("aiko").get(f"/desk/events/{event.public_id}/messages/", query)
    assert answer.status_code == 200
    return answer


def test_each_message_is_one_line_with_its_numbers(event: Event) -> None:
    groups = {one.what: (one.number, one.missed) for one in page(event).context["groups"]}
    assert groups == {
        "“入り方”, from the organizers": ("1 person", ""),
        "Seat confirmed": ("1 person", ""),
        "Added to the waitlist": ("2 people", "1 not delivered"),
    }


def test_a_kind_filters_the_log_its_states_and_its_search(event: Event) -> None:
    waitlisted = page(event, kind="seat_waitlisted")
    assert {row.whom for row in waitlisted.context["rows"]} == {cast.person(name).name for name in ("emi", "finn")}
    assert {one.name: one.number for one in waitlisted.context["filters"]}["bounced"] == 1
    assert waitlisted.context["group"].what == "Added to the waitlist"
    assert [row.whom for row in page(event, kind="seat_waitlisted", q="emi@example.org").context["rows"]] == [
        cast.person("emi").name
    ]
    assert page(event, kind="seat_confirmed", q="emi@example.org").context["rows"] == []


def test_a_message_of_the_organizers_is_a_filter_of_its_own(event: Event) -> None:
    # The same again within ten minutes would be a second click.
    second = standing_message(event, until=event.starts_at - timedelta(hours=1))
    answer = page(event, kind=second.subject)
    assert [row.what for row in answer.context["rows"]] == ["“入り方”, from the organizers"]
    assert len([one for one in answer.context["groups"] if one.key.startswith("message:")]) == 2


@pytest.mark.parametrize("kind", ["nothing", "message:99999999", "message:x", "a'b"])
def test_a_kind_that_means_nothing_finds_nothing_and_breaks_nothing(event: Event, kind: str) -> None:
    answer = page(event, kind=kind)
    assert answer.context["group"] is None
    assert answer.context["rows"] == []


@pytest.mark.story
def test_it_asks_as_little_for_a_thousand_people_as_for_three(event: Event) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            page(event)
        return len(seen)

    page(event)
    few = queries()
    people = cast.people(1000)
    Notification.objects.bulk_create(
        Notification(
            key=f"seat_confirmed:{one.pk}:registration:0:{number}",
            kind="seat_confirmed",
            recipient=one,
            thread=event.thread,
            subject="registration:0",
            created_at=cast.NOW,
            due_at=cast.NOW,
        )
        for number, one in enumerate(people)
    )
    assert queries() == few
