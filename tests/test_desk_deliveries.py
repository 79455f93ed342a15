"""The log of messages at the desk: who was told what, and what became of it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import translation

from meetups.events.models import Event
from meetups.notifications.kinds import KINDS
from meetups.notifications.models import Notification, Suppression
from organizers.message_names import NAMES
from tests import cast

pytestmark = pytest.mark.django_db
State = Notification.State


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(cast.NOW, tick=False):
        yield


@pytest.fixture
def desk() -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(cast.person("aiko", language="en"))
    return client


def page(desk: Client, event: Event, **query: str) -> Any:
    answer = desk.get(f"/desk/events/{event.public_id}/messages/", query)
    assert answer.status_code == 200
    return answer


def test_it_says_who_was_told_what_and_what_became_of_it(desk: Client) -> None:
    event = cast.event(slots=[cast.first_come_plan(2)])
    for name in ("dan", "emi", "finn"):
        cast.registered(name, event)
    for name, fields in {
        "dan": {"state": State.SENT, "settled_at": cast.NOW + timedelta(minutes=1)},
        "emi": {"state": State.BOUNCED, "settled_at": cast.NOW, "error": "550 5.1.1 unknown"},
    }.items():
        Notification.objects.filter(recipient=cast.person(name)).update(**fields)
    Suppression.objects.create(address=cast.person("emi").email, since=cast.NOW, reason="550 5.1.1 unknown")
    answer = page(desk, event)
    said = {row.whom: (row.what, row.label, row.reason) for row in answer.context["rows"]}
    assert said[cast.person("dan").name] == ("Seat confirmed", "Sent", "")
    assert said[cast.person("emi").name] == ("Seat confirmed", "Came back", "550 5.1.1 unknown")
    assert said[cast.person("finn").name] == ("Place in the queue", "Due", "")
    assert answer.context["stopped"] == [cast.person("emi").name]
    assert [row.whom for row in page(desk, event, state="bounced").context["rows"]] == [cast.person("emi").name]
    assert [row.whom for row in page(desk, event, q=cast.person("dan").name).context["rows"]] == [
        cast.person("dan").name
    ]
    assert len(page(desk, event, state="nonsense", page="9999999999", q="").context["rows"]) == 3


def test_another_event_is_not_in_it(desk: Client) -> None:
    event = cast.event(slots=[cast.first_come_plan(2)])
    cast.registered("dan", cast.event(slots=[cast.first_come_plan(2)]))
    assert page(desk, event).context["rows"] == []


def test_a_thousand_take_no_more_queries(desk: Client, django_assert_max_num_queries: Any) -> None:
    event = cast.event(slots=[cast.first_come_plan(2)])
    dan = cast.person("dan")
    Notification.objects.bulk_create(
        Notification(
            key=f"seat_confirmed:{dan.pk}:registration:{number}:1",
            kind="seat_confirmed",
            recipient=dan,
            thread=event.thread,
            subject=f"registration:{number}",
            created_at=cast.NOW,
            due_at=cast.NOW,
        )
        for number in range(1000)
    )
    with django_assert_max_num_queries(12):
        answer = page(desk, event, page="3")
    assert len(answer.context["rows"]) == 100


def test_every_kind_has_a_name() -> None:
    assert set(KINDS) <= set(NAMES)
    with translation.override("en"):
        assert len({str(name) for name in NAMES.values()}) == len(NAMES), "no two are called alike"
