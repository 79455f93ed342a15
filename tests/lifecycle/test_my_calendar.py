"""My shifts, talks and seats in the calendar that I use already (RULES 74)."""

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
import time_machine
from django.core import mail
from django.test import Client

from meetups.accounts.models import CalendarFeed, User
from meetups.core.logs import HideSecrets
from meetups.events.models import Event
from meetups.lifecycle.actions.cancel_event import cancel_event
from meetups.lifecycle.actions.change_event import change_event
from meetups.lifecycle.actions.leave_event import leave_event
from meetups.notifications.actions.deliver import deliver
from meetups.speakers.actions.programme.add_break import add_break
from meetups.volunteers.actions.signups.step_down import step_down
from meetups.volunteers.models import Shift
from meetups.volunteers.shift_plan import open_shift
from meetups.volunteers.usual_shifts import BLUEPRINTS
from tests.support import cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]


def address(who: str = "emi") -> str:
    """Creates the address, as the page does."""
    cast.signed_in(who).post("/me/calendar/")
    return f"/calendar/{CalendarFeed.objects.get(person=cast.person(who)).token}.ics"


def read(url: str, *, at: datetime = cast.NOW) -> dict[str, Any]:
    """The entries that a calendar program finds without a session, by their UID."""
    with time_machine.travel(at, tick=False):
        answer = Client().get(url)
    assert answer.status_code == 200
    calendar = icalendar.Calendar.from_ical(answer.content)
    return {str(entry["uid"]): entry for entry in calendar.walk("VEVENT")}


def names(entries: dict[str, Any]) -> set[str]:
    return {str(entry["summary"]) for entry in entries.values()}


def test_seat_shift_talk_and_rehearsal_are_in_it() -> None:
    event = cast.event(slots=[cast.first_come_plan(), cast.duty_plan(), cast.invited_plan()])
    cast.volunteering("emi", event)
    Shift.objects.update(place="18階ロビー")
    online = cast.online_event(slots=[cast.first_come_plan(), cast.invited_plan()])
    cast.talk("finn", online, title="最初の話", minutes=30)
    cast.talk("emi", online, title="次の話", minutes=20)
    cast.registered("dan", cast.event(title="関係のない会"))
    User.objects.filter(email="emi@example.org").update(language="en")
    entries = read(address())
    assert names(entries) == {
        event.title,
        f"撤収 – {event.title}",
        online.title,
        "My talk: 次の話",
        f"Rehearsal: {online.title}",
    }
    shift = entries[f"{event.public_id}-shift-{cast.shift_of(event).pk}@testserver"]
    assert str(shift["location"]) == "18階ロビー, 六本木 18F"
    assert shift["dtstart"].dt == cast.ENDS_AT.astimezone(ZoneInfo("Asia/Tokyo"))
    [talk] = [entry for entry in entries.values() if "次の話" in str(entry["summary"])]
    assert talk["dtstart"].dt == online.starts_at + timedelta(minutes=30)


def test_whoever_runs_the_stream_has_to_be_at_the_rehearsal() -> None:
    online = cast.online_event()
    [stream] = [one.plan(online) for one in BLUEPRINTS if one.role == Shift.Role.STREAM]
    shifts = [
        open_shift(online, plan, slot=None, step_down_until=online.starts_at)
        for plan in (stream, replace(stream, title="受付", role=Shift.Role.RECEPTION))
    ]
    for who, shift in zip(("dan", "finn"), shifts, strict=True):
        cast.volunteering(who, online, shift=shift)
    assert names(read(address("dan"))) == {f"{stream.title} – {online.title}", f"Rehearsal: {online.title}"}
    assert names(read(address("finn"))) == {f"受付 – {online.title}"}


def test_uids_are_those_of_the_mails_and_the_zone_is_described() -> None:
    event = cast.event(time_zone="America/New_York")
    cast.volunteering("emi", event)
    deliver(at=cast.NOW + timedelta(hours=2))
    sent = {
        str(entry["uid"])
        for letter in mail.outbox
        if letter.to == ["emi@example.org"]
        for file in letter.attachments
        for entry in icalendar.Calendar.from_ical(file.get_content()).walk("VEVENT")
    }
    url = address()
    entries = read(url)
    assert sent == set(entries)
    text = Client().get(url).content.decode()
    assert "TZID:America/New_York" in text
    assert f"DTSTART;TZID=America/New_York:{cast.STARTS_AT.astimezone(event.zone):%Y%m%dT%H%M%S}" in text


def test_what_moves_here_moves_there() -> None:
    event = cast.event(slots=[cast.first_come_plan()])
    cast.registered("emi", event)
    url = address()
    [before] = read(url).values()
    later: Any = {"starts_at": event.starts_at + timedelta(days=1), "ends_at": event.ends_at + timedelta(days=1)}
    change_event(event=event, fields=later, at=cast.NOW, by=cast.person("aiko"))
    [after] = read(url).values()
    assert after["uid"] == before["uid"]
    assert after["sequence"] > before["sequence"]
    assert after["dtstart"].dt == later["starts_at"]


def test_a_talk_that_moves_in_the_programme_moves_there() -> None:
    event = cast.event()
    talk = cast.talk("emi", event)
    url, uid = address(), f"{event.public_id}-talk-{talk.pk}@testserver"
    before = read(url)[uid]
    later = cast.NOW + timedelta(hours=1)
    add_break(event=event, title="開会", minutes=20, place=0, at=later, by=cast.person("aiko"))
    after = read(url)[uid]
    assert after["dtstart"].dt == before["dtstart"].dt + timedelta(minutes=20)
    assert after["sequence"] > before["sequence"]
    assert after["dtstamp"].dt == later


@pytest.mark.parametrize("what", ["event", "shift", "seat"])
def test_what_was_cancelled_says_so_for_a_while(what: str) -> None:
    event = cast.event(slots=[cast.first_come_plan(1), cast.duty_plan()])
    cast.registered("dan", event)
    signup = cast.volunteering("emi", event)
    url, emi = address(), cast.person("emi")
    match what:
        case "event":
            cancel_event(event=event, at=cast.NOW, by=cast.person("aiko"))
        case "shift":
            step_down(signup=signup, at=cast.NOW, by=emi)
        case "seat":
            leave_event(event=event, person=emi, at=cast.NOW, by=emi)
    gone = {str(entry["summary"]) for entry in read(url).values() if entry["status"] == "CANCELLED"}
    off = {f"Canceled: {event.title}", f"Canceled: 撤収 – {event.title}"}
    expected = {"event": off, "shift": {f"撤収 – {event.title}"}}
    assert gone == expected.get(what, {event.title, f"撤収 – {event.title}"})
    assert not any(entry["status"] == "CANCELLED" for entry in read(url, at=cast.NOW + timedelta(days=31)).values())


def test_who_comes_back_has_an_entry_that_stands() -> None:
    event = cast.event(slots=[cast.first_come_plan()])
    emi = cast.registered("emi", event).person
    leave_event(event=event, person=emi, at=cast.NOW, by=emi)
    cast.registered("emi", event)
    [entry] = read(address()).values()
    assert entry["status"] == "CONFIRMED"


def test_who_only_waits_has_to_be_nowhere() -> None:
    cast.registered("emi", cast.event())
    assert read(address()) == {}


def test_long_past_things_leave_it() -> None:
    cast.registered("emi", cast.event(slots=[cast.first_come_plan()]))
    url = address()
    assert len(read(url, at=cast.ENDS_AT + timedelta(days=89))) == 1
    assert read(url, at=cast.ENDS_AT + timedelta(days=90)) == {}


class TestTheAddress:
    def test_the_page_makes_it_shows_it_and_renews_it(self) -> None:
        emi = cast.signed_in("emi")
        assert "Create my calendar link" in emi.get("/me/calendar/").content.decode()
        first = address()
        page = emi.get("/me/calendar/")
        assert f"http://testserver{first}" in page.content.decode()
        assert f'href="webcal://testserver{first}"' in page.content.decode()
        assert "no-store" in page["Cache-Control"]
        second = address()
        assert second != first
        assert Client().get(first).status_code == 404
        assert Client().get(second).status_code == 200

    def test_a_program_that_asks_again_hears_that_nothing_is_new(self, settings: Any) -> None:
        event = cast.event(slots=[cast.first_come_plan()])
        cast.registered("emi", event)
        url = address()
        answer = Client().get(url)
        assert answer["Cache-Control"].startswith("private")
        assert not answer.cookies
        with time_machine.travel(cast.NOW + timedelta(hours=1), tick=False):
            assert Client(headers={"If-None-Match": answer["ETag"]}).get(url).status_code == 304
        Event.objects.filter(pk=event.pk).update(title="新しい題")
        assert Client(headers={"If-None-Match": answer["ETag"]}).get(url).status_code == 200

    def test_it_is_kept_for_nobody_else(self, settings: Any) -> None:
        settings.ANONYMOUS_PAGE_SECONDS = 60.0
        url = address()
        assert Client().get(url).status_code == 200
        CalendarFeed.objects.all().delete()
        assert Client().get(url).status_code == 404

    def test_whose_account_is_closed_has_none(self) -> None:
        url = address()
        User.objects.filter(email="emi@example.org").update(is_active=False)
        assert Client().get(url).status_code == 404

    def test_logs_do_not_show_it(self, caplog: pytest.LogCaptureFixture) -> None:
        url = address()
        Client().post(url)
        logged = [record.getMessage() for record in caplog.records]
        assert any("/calendar/…" in message for message in logged)
        assert not any(url in message for message in logged)
        assert any(isinstance(one, HideSecrets) for handler in logging.getLogger().handlers for one in handler.filters)

    @pytest.mark.parametrize("count", [1, 3])
    def test_the_same_queries_whatever_there_is(self, count: int, django_assert_num_queries: Any) -> None:
        for number in range(count):
            days = timedelta(days=number)
            event = cast.event(
                title=f"会 {number}",
                slots=[cast.first_come_plan(), cast.duty_plan(), cast.invited_plan()],
                starts_at=cast.STARTS_AT + days,
                ends_at=cast.ENDS_AT + days,
            )
            cast.volunteering("emi", event)
            cast.talk("emi", event)
        url = address()
        with django_assert_num_queries(10):
            assert len(read(url)) == 3 * count
