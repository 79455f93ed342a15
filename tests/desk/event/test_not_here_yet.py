"""On the event's day: who has a duty within the hour, or one that runs, and isn't checked in."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from meetups.communities.permissions import Permission, Role
from meetups.events.models import Event
from meetups.registrations.actions.arrivals.check_in import check_in
from meetups.registrations.models import Registration
from meetups.speakers.models import CoSpeaker, Presence, Talk
from organizers.event.dashboard_facts import overview
from organizers.event.turns.not_here_yet import not_here_yet
from tests.support import cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
MINUTE = timedelta(minutes=1)
SOON = cast.STARTS_AT - 40 * MINUTE


@pytest.fixture
def event() -> Event:
    """Emi speaks from 14:00, Gin and Hana do teardown from 16:30, Dan attends."""
    event = cast.event(
        slots=[cast.first_come_plan(5), cast.duty_plan(), cast.invited_plan()], shifts=[cast.teardown_plan()]
    )
    cast.talk("emi", event, state=Talk.State.CONFIRMED)
    for name in ("gin", "hana"):
        cast.volunteering(name, event)
    cast.registered("dan", event)
    return event


def page(event: Event, at: datetime, who: str = "aiko") -> str:
    with time_machine.travel(at, tick=False):
        answer = cast.signed_in(who).get(f"/desk/events/{event.public_id}/")
    assert answer.status_code == 200
    return str(answer.content.decode())


def missing(event: Event, at: datetime) -> dict[str, list[str]]:
    """Duty → those who aren't there."""
    found = not_here_yet(overview(event), frozenset(Permission), at=at)
    return {duty.title: [one.name for one in duty.people] for duty in found}


def arrive(event: Event, name: str, at: datetime) -> None:
    registration = Registration.objects.get(event=event, attendee=cast.person(name))
    check_in(registration=registration, at=at, by=cast.person("aiko"))


def test_a_speaker_who_is_not_there_is_named_from_an_hour_before(event: Event) -> None:
    talk = event.talks.get()
    assert missing(event, cast.STARTS_AT - 61 * MINUTE) == {}
    assert missing(event, cast.STARTS_AT - 60 * MINUTE) == {talk.title: ["絵美"]}
    assert missing(event, cast.STARTS_AT + (talk.minutes - 1) * MINUTE) == {talk.title: ["絵美"]}
    assert missing(event, cast.STARTS_AT + talk.minutes * MINUTE) == {}


def test_the_page_says_it_and_leads_to_the_person(event: Event) -> None:
    html = page(event, SOON)
    registration = Registration.objects.get(event=event, attendee=cast.person("emi"))
    assert "Duties not here yet" in html
    assert "1 person" in html
    assert f"/attendees/{registration.pk}/" in html
    assert "ギン" not in html.partition("Duties not here yet")[2].partition("</section>")[0]


def test_it_is_gone_when_all_are_here(event: Event) -> None:
    arrive(event, "emi", SOON)
    assert "Duties not here yet" not in page(event, SOON)
    assert missing(event, SOON) == {}
    evening = cast.ENDS_AT - 30 * MINUTE
    assert missing(event, evening) == {"撤収": ["Gin", "Hana"]}
    arrive(event, "gin", evening)
    assert missing(event, evening) == {"撤収": ["Hana"]}
    arrive(event, "hana", evening)
    assert missing(event, evening) == {}


def test_a_running_shift_is_late(event: Event) -> None:
    [duty] = not_here_yet(overview(event), frozenset(Permission), at=cast.ENDS_AT + MINUTE)
    assert duty.late
    [duty] = not_here_yet(overview(event), frozenset(Permission), at=cast.ENDS_AT - MINUTE)
    assert not duty.late


def test_who_may_not_see_people_gets_names_alone(event: Event) -> None:
    [duty] = not_here_yet(overview(event), {Permission.PLAN_EVENTS}, at=SOON)
    assert [(one.name, one.url) for one in duty.people] == [("絵美", "")]


def test_who_canceled_is_not_waited_for(event: Event) -> None:
    Registration.objects.filter(event=event).update(state=Registration.State.CANCELLED, cancelled_at=cast.NOW)
    assert missing(event, SOON) == {}


def test_a_co_speaker_is_waited_for_and_who_is_seen_in_the_stream_is_there(event: Event) -> None:
    talk = event.talks.get()
    cast.registered("ken", event)
    CoSpeaker.objects.create(
        talk=talk, address="ken@example.org", person=cast.person("ken"), state=CoSpeaker.State.JOINED,
        asked_at=cast.NOW, joined_at=cast.NOW,
    )  # fmt: skip
    assert missing(event, SOON) == {talk.title: ["絵美", "Ken"]}
    Presence.objects.create(event=event, person=cast.person("emi"), occasion=Presence.Occasion.CONNECTION, seen_at=SOON)
    assert missing(event, SOON) == {talk.title: ["Ken"]}


@pytest.mark.parametrize("fields", [{"state": "cancelled", "cancelled_at": cast.NOW}, {"format": "online"}])
def test_nobody_is_waited_for_at_a_door_that_does_not_open(event: Event, fields: dict[str, Any]) -> None:
    Event.objects.filter(pk=event.pk).update(**fields)
    event.refresh_from_db()
    assert missing(event, SOON) == {}


def test_as_many_statements_for_many_as_for_few(event: Event) -> None:
    cast.member("ben", Role.ORGANIZER)
    counts = []
    for more in (0, 2):
        for number in range(more):
            cast.volunteering(f"more{number}", event)
        ben = cast.signed_in("ben")
        with time_machine.travel(cast.ENDS_AT - 30 * MINUTE, tick=False), CaptureQueriesContext(connection) as asked:
            ben.get(f"/desk/events/{event.public_id}/")
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[0] == 12
