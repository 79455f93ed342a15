"""Mails, reminders, the desk and calendars agree on the people who belong to a rehearsal (RULES 87)."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client

from meetups.accounts.models import CalendarFeed
from meetups.communities.permissions import Role
from meetups.events.models import Event
from meetups.lifecycle.actions.change_event import change_event
from meetups.lifecycle.actions.leave_event import leave_event
from meetups.lifecycle.actions.remove_rehearsal import remove_rehearsal
from meetups.lifecycle.actions.set_rehearsal import set_rehearsal
from meetups.lifecycle.rehearsal_people import rehearsal_people
from meetups.notifications.actions.deliver import deliver
from meetups.notifications.models import Notification
from meetups.reminders.actions.plan_reminders import plan_reminders
from meetups.speakers.actions.talks.withdraw_talk import withdraw_talk
from meetups.speakers.models import CoSpeaker, Rehearsal, Talk
from meetups.volunteers.actions.signups.step_down import step_down
from meetups.volunteers.models import Shift
from meetups.volunteers.shift_plan import ShiftPlan, open_shift
from tests.support import cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
Phase, Work = Shift.Phase, Shift.Role
HOUR = timedelta(hours=1)
BELONG = {
    "emi": "speaks, confirmed",
    "finn": "speaks, accepted and not confirmed",
    "joined": "a co-speaker who said yes",
    "streamer": "has the stream, whatever it is called",
    "host": "is the MC",
    "ben": "organizes",
    "aiko": "owns the community",
}
DO_NOT = {
    "proposer": "has only proposed a talk",
    "asked": "a co-speaker who was asked",
    "withdrawn": "has withdrawn the talk",
    "parted": "a co-speaker who left the talk",
    "tidier": "tears down",
    "greeter": "has a shift that is called as the stream, and is none",
    "stepped": "has stepped down from the MC",
    "left": "has left the event",
    "chie": "is reception",
    "dan": "attends",
}


def co_speaker(talk: Talk, name: str, state: CoSpeaker.State) -> None:
    joined = None if state == CoSpeaker.State.ASKED else cast.NOW
    CoSpeaker.objects.create(
        talk=talk, person=cast.person(name), address=f"{name}@example.org", language="ja", state=state,
        asked_at=cast.NOW, joined_at=joined, ended_at=cast.NOW if state == CoSpeaker.State.LEFT else None,
    )  # fmt: skip


def shift(event: Event, role: Shift.Role, title: str, phase: Shift.Phase = Phase.EVENT) -> Shift:
    plan = ShiftPlan(phase, role, title, event.starts_at, event.ends_at, 1, 4)
    return open_shift(event, plan, slot=None, step_down_until=event.starts_at)


def everyone() -> Event:
    """An online event with each of the people above."""
    event = cast.online_event()
    cast.member("ben", Role.ORGANIZER)
    cast.member("chie", Role.RECEPTION)
    talk = cast.talk("emi", event)
    cast.talk("finn", event, state=Talk.State.ACCEPTED)
    cast.talk("proposer", event, state=Talk.State.PROPOSED)
    for name, state in {"joined": "joined", "asked": "asked", "parted": "left"}.items():
        co_speaker(talk, name, CoSpeaker.State(state))
    withdraw_talk(talk=cast.talk("withdrawn", event), at=cast.NOW, by=cast.person("withdrawn"))
    mc = shift(event, Work.MC, "進行")
    cast.volunteering("streamer", event, shift=shift(event, Work.STREAM, "OBS係"))
    cast.volunteering("host", event, shift=mc)
    cast.volunteering("tidier", event, shift=shift(event, Work.TEARDOWN, "撤収", Phase.TEARDOWN))
    cast.volunteering("greeter", event, shift=shift(event, Work.OTHER, "配信"))
    step_down(signup=cast.volunteering("stepped", event, shift=mc), at=cast.NOW, by=cast.person("stepped"))
    cast.talk("left", event)
    cast.volunteering("left", event, shift=mc)
    leave_event(event=event, person=cast.person("left"), at=cast.NOW, by=cast.person("left"))
    cast.registered("dan", event)
    deliver(at=cast.NOW + HOUR)
    return event


def sent(kind: str, *, at: datetime) -> set[str]:
    """The people who were sent a message of that kind, after everything due has left."""
    deliver(at=at)
    rows = Notification.objects.filter(kind=kind, state=Notification.State.SENT).select_related("recipient")
    return {row.recipient.email.partition("@")[0] for row in rows if row.recipient}


def told_that_it_moved(event: Event) -> set[str]:
    starts_at = Rehearsal.objects.get(event=event).starts_at + HOUR
    at, by = cast.NOW + HOUR, cast.person("host")
    set_rehearsal(event=event, starts_at=starts_at, ends_at=starts_at + HOUR, join_url="", at=at, by=by)
    return sent("rehearsal_set", at=at + HOUR) | {"host"}


def told_that_it_is_called_off(event: Event) -> set[str]:
    at = cast.NOW + HOUR
    remove_rehearsal(event=event, at=at, by=cast.person("emi"))
    return sent("rehearsal_removed", at=at + HOUR) | {"emi"}


def reminded(event: Event, kind: str) -> set[str]:
    due = Rehearsal.objects.get(event=event).starts_at - timedelta(minutes=30)
    if kind == "rehearsal_day":
        due = due.astimezone(event.zone).replace(hour=9, minute=0)
    plan_reminders(at=due)
    return sent(kind, at=due)


def reminded_in_the_morning(event: Event) -> set[str]:
    return reminded(event, "rehearsal_day")


def reminded_half_an_hour_before(event: Event) -> set[str]:
    return reminded(event, "rehearsal_soon")


def on_the_board(event: Event) -> set[str]:
    desk = cast.signed_in("aiko")
    with time_machine.travel(Rehearsal.objects.get(event=event).starts_at, tick=False):
        page = desk.get(f"/desk/events/{event.public_id}/rehearsal/").content.decode()
    return {name for name in BELONG | DO_NOT if f"{cast.person(name).name} was there" in page}


def can_be_ticked(event: Event) -> set[str]:
    desk, found = cast.signed_in("aiko"), set()
    with time_machine.travel(Rehearsal.objects.get(event=event).starts_at, tick=False):
        for name in BELONG | DO_NOT:
            url = f"/desk/events/{event.public_id}/people/{cast.person(name).pk}/presence/"
            if desk.post(url, {"occasion": "rehearsal", "seen": "1"}).status_code == 302:
                found.add(name)
    return found


def in_the_calendar(event: Event) -> set[str]:
    found = set()
    for name in BELONG | DO_NOT:
        cast.signed_in(name).post("/me/calendar/")
        feed = Client().get(f"/calendar/{CalendarFeed.objects.get(person=cast.person(name)).token}.ics")
        if f"{event.public_id}-rehearsal@" in feed.content.decode():
            found.add(name)
    return found


USES = [
    *(told_that_it_moved, told_that_it_is_called_off, reminded_in_the_morning, reminded_half_an_hour_before),
    *(on_the_board, can_be_ticked, in_the_calendar),
]


@pytest.mark.in_short(2)
@pytest.mark.parametrize("use", USES)
def test_all_mean_the_same_people(use: Callable[[Event], set[str]]) -> None:
    event = everyone()
    assert use(event) == set(BELONG)
    assert {one.person.email.partition("@")[0] for one in rehearsal_people([event])} == set(BELONG)


@pytest.mark.story
def test_it_is_said_why() -> None:
    event = everyone()
    cast.volunteering("emi", event, shift=shift(event, Work.STREAM, "OBS係"))
    cast.member("finn", Role.ORGANIZER)
    people = {one.person.email.partition("@")[0]: one for one in rehearsal_people([event])}
    why = {name: (len(one.talks), len(one.shifts), one.organizes) for name, one in people.items()}
    assert why["emi"] == (1, 1, False)
    assert why["finn"] == (1, 0, True)
    assert why["joined"] == (1, 0, False)
    assert why["host"] == (0, 1, False)
    [alone] = rehearsal_people([event], only=cast.person("emi"))
    assert (len(alone.talks), len(alone.shifts)) == (1, 1)
    assert rehearsal_people([event], only=cast.person("dan")) == []


def test_two_events_are_kept_apart() -> None:
    one, other = cast.online_event(), cast.online_event(title="ML勉強会 #16")
    cast.talk("emi", one)
    cast.talk("finn", other)
    found = {(each.event_id, each.person.email.partition("@")[0]) for each in rehearsal_people([one, other])}
    assert found == {(one.pk, "emi"), (one.pk, "aiko"), (other.pk, "finn"), (other.pk, "aiko")}


def test_whoever_belongs_later_was_not_there_before() -> None:
    """A part that begins after a reminder was due gets no reminder."""
    event = cast.online_event()
    cast.volunteering("host", event, shift=shift(event, Work.MC, "進行"), at=cast.NOW + HOUR)
    people = {one.person.email.partition("@")[0]: one for one in rehearsal_people([event])}
    assert people["host"].since == cast.NOW + HOUR
    assert [people["host"].belonged_before(cast.NOW + hours * HOUR) for hours in (1, 2)] == [False, True]


@pytest.mark.story
def test_when_the_event_moves_or_is_cancelled_all_of_them_are_told() -> None:
    event = everyone()
    at, later = cast.NOW + HOUR, timedelta(days=7)
    fields: dict[str, object] = {"starts_at": event.starts_at + later, "ends_at": event.ends_at + later}
    change_event(event=event, fields=fields, at=at, by=cast.person("aiko"))
    assert sent("event_changed", at=at + HOUR) >= set(BELONG) - {"aiko"}
    assert not {"aiko", "chie"} & sent("event_changed", at=at + HOUR)


@pytest.mark.story
def test_whoever_runs_the_stream_sees_the_rehearsal_beside_the_shift() -> None:
    event = everyone()
    seen = {
        name: "Rehearsal" in cast.signed_in(name).get(f"/events/{event.public_id}/").content.decode()
        for name in ("streamer", "host", "greeter", "tidier")
    }
    assert seen == {"streamer": True, "host": True, "greeter": False, "tidier": False}
