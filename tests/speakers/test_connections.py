"""Before an event with a stream: which speakers are connected, as they report it and as organizers see it."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse

from meetups.communities.permissions import Role
from meetups.events.models import Event
from meetups.history.models import HistoryEntry
from meetups.notifications.actions.deliver import deliver
from meetups.reminders.actions.plan_reminders import plan_reminders
from meetups.speakers.models import CoSpeaker, Presence, Talk
from tests.support import cast

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def event() -> Event:
    cast.member("ben", Role.ORGANIZER)
    return cast.online_event()


@pytest.fixture(autouse=True)
def _half_an_hour_before(event: Event) -> Iterator[None]:
    with time_machine.travel(event.starts_at - timedelta(minutes=30), tick=False):
        yield


def board(event: Event) -> str:
    return reverse("desk_connections", args=[event.public_id])


def here(event: Event) -> str:
    return reverse("connection", args=[event.public_id])


def tick(client: Client, event: Event, name: str, *, seen: str = "1", **headers: Any) -> Any:
    address = reverse("desk_presence", args=[event.public_id, cast.person(name).pk])
    fields = {"occasion": "connection", "seen": seen, "page": "connections"}
    return client.post(address, fields, headers=headers or None)


def text(answer: Any) -> str:
    """The HTML in one line, times without their tags."""
    return " ".join(re.sub(r"</?time[^>]*>", "", answer.content.decode()).split())


def together(talk: Talk, name: str) -> None:
    CoSpeaker.objects.create(
        talk=talk, person=cast.person(name), address=f"{name}@example.org", language="ja",
        state=CoSpeaker.State.JOINED, asked_at=cast.NOW, joined_at=cast.NOW,
    )  # fmt: skip


def test_the_mail_leads_to_a_button_and_the_organizers_see_who_pressed_it(event: Event) -> None:
    talk = cast.talk("emi", event)
    together(talk, "finn")
    plan_reminders(at=event.starts_at - timedelta(minutes=30))
    deliver(at=event.starts_at - timedelta(minutes=30))
    asked = [one for one in mail.outbox if here(event) in one.body]
    assert sorted(one.to[0] for one in asked) == ["emi@example.org", "finn@example.org"]
    finn, ben = cast.signed_in("finn"), cast.signed_in("ben")
    assert event.join_url in text(finn.get(here(event)))
    for _click in range(2):
        assert finn.post(here(event)).status_code == 302
    assert "The organizers know you’re connected" in text(finn.get(here(event)))
    page = text(ben.get(board(event)))
    assert "says “I’m here” since 6:30 PM" in page
    assert "<strong>0</strong> / 2" in page
    # The speaker's own report does not replace the tick of an organizer who sees and hears them.
    tick(ben, event, "finn")
    assert "<strong>1</strong> / 2" in text(ben.get(board(event)))
    assert "Picture and sound are working" in text(finn.get(here(event)))


def test_the_first_tick_counts_and_can_be_taken_back(event: Event) -> None:
    cast.talk("emi", event)
    ben, aiko = cast.signed_in("ben"), cast.signed_in("aiko")
    tick(ben, event, "emi")
    with time_machine.travel(event.starts_at - timedelta(minutes=20), tick=False):
        page = text(tick(aiko, event, "emi", **HTMX))
    assert "6:30 PM, seen by <bdi>ベン</bdi>" in page
    assert "<html" not in page
    assert HistoryEntry.objects.filter(verb="tick_presence").count() == 1
    tick(aiko, event, "emi", seen="0")
    assert not Presence.objects.exists()


def test_what_was_seen_days_before_is_no_connection_check(event: Event) -> None:
    cast.talk("emi", event)
    ben = cast.signed_in("ben")
    readiness = reverse("desk_readiness", args=[event.public_id])
    with time_machine.travel(event.starts_at - timedelta(hours=3, seconds=1), tick=False):
        for address in (board(event), readiness):
            assert 'value="connection"' not in text(ben.get(address))
        assert "You can record checks from" in text(ben.get(board(event)))
        assert "too early" in text(tick(ben, event, "emi", **HTMX))
    assert not Presence.objects.exists()
    with time_machine.travel(event.starts_at - timedelta(hours=3), tick=False):
        for address in (board(event), readiness):
            assert 'value="connection"' in text(ben.get(address))
        tick(ben, event, "emi")
    assert Presence.objects.count() == 1


def test_they_stand_in_the_order_of_the_programme_with_their_times(event: Event) -> None:
    cast.talk("emi", event, title="一つ目", minutes=20)
    cast.talk("finn", event, title="二つ目")
    cast.talk("dan", event, title="まだ", state=Talk.State.ACCEPTED)
    page = text(cast.signed_in("ben").get(board(event)))
    assert page.index("7:00 PM") < page.index("絵美") < page.index("7:20 PM") < page.index("フィン")
    assert "ダン" not in page


def test_the_list_asks_for_itself_while_people_arrive_and_stops_with_the_event(event: Event) -> None:
    cast.talk("emi", event)
    ben = cast.signed_in("ben")
    assert 'hx-trigger="every 5s"' in text(ben.get(board(event), headers=HTMX))
    for at in (event.starts_at - timedelta(days=1), event.ends_at):
        with time_machine.travel(at, tick=False):
            assert "every 5s" not in text(ben.get(board(event), headers=HTMX))


@pytest.mark.parametrize("talks", [1, 3])
def test_each_poll_costs_the_same(event: Event, talks: int, django_assert_num_queries: Any) -> None:
    for number in range(talks):
        together(cast.talk(f"guest{number}", event), "finn")
    ben = cast.signed_in("ben")
    ben.get(board(event))
    # Two for the user and the event; talks, co-speakers, breaks, presences.
    with django_assert_num_queries(6):
        assert text(ben.get(board(event), headers=HTMX)).count("フィン") >= talks


def test_only_who_speaks_can_say_that_she_is_there_and_not_before_the_day(event: Event) -> None:
    cast.talk("emi", event)
    cast.registered("dan", event)
    assert cast.signed_in("dan").post(here(event)).status_code == 404
    emi = cast.signed_in("emi")
    with time_machine.travel(event.starts_at - timedelta(hours=4), tick=False):
        assert emi.post(here(event)).status_code == 409
    with time_machine.travel(event.ends_at, tick=False):
        assert emi.post(here(event)).status_code == 409
    assert not Presence.objects.exists()
    assert tick(cast.signed_in("ben"), event, "dan").status_code == 404


def test_who_speaks_in_the_room_has_nothing_to_connect() -> None:
    on_site = cast.event(slots=[cast.first_come_plan()], shifts=[], title="会場")
    cast.talk("emi", on_site)
    assert cast.signed_in("emi").get(here(on_site)).status_code == 404
    assert "no connection to check" in text(cast.signed_in("ben").get(board(on_site)))
