"""The calendar entry of a talk follows it: a new title, another time, and its end (RULES 74, 169, 243). Two libraries read each file."""

from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.policy import SMTP
from typing import Any

import icalendar
import pytest
import time_machine
import vobject  # type: ignore[import-untyped]  # it has no types
from django.core import mail
from django.test import Client
from django.utils import timezone

from meetups.accounts.models import CalendarFeed
from meetups.events.models import Event
from meetups.history.models import HistoryEntry
from meetups.lifecycle.actions.change_event import change_event
from meetups.lifecycle.actions.leave_event import leave_event
from meetups.notifications.actions.deliver import deliver
from meetups.speakers.actions.co_speakers.ask_co_speaker import ask_co_speaker
from meetups.speakers.actions.co_speakers.join_as_co_speaker import join_as_co_speaker
from meetups.speakers.actions.co_speakers.release_co_speaker import release_co_speaker
from meetups.speakers.actions.programme.add_break import add_break
from meetups.speakers.actions.talks.confirm_talk import confirm_talk
from meetups.speakers.actions.talks.reopen_talk import reopen_talk
from meetups.speakers.actions.talks.take_back_talk import take_back_talk
from meetups.speakers.models import CoSpeaker, Talk
from tests.support import cast

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(cast.NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def event(clock: time_machine.Traveller) -> Event:
    return cast.event(slots=[cast.first_come_plan(), cast.invited_plan()])


def mailed(to: str = "emi") -> list[dict[str, Any]]:
    """Each calendar file of the mails that leave now, the alternative of a mail first. Both libraries read the same in it."""
    mail.outbox.clear()
    deliver(at=timezone.now())
    found = []
    for one in mail.outbox:
        if one.to != [f"{to}@example.org"]:
            continue
        parts = message_from_bytes(one.message(policy=SMTP).as_bytes()).walk()
        for part in [part for part in parts if part.get_content_type() == "text/calendar" and part.get_filename()]:
            content = part.get_payload(decode=True)
            assert isinstance(content, bytes)
            calendar = icalendar.Calendar.from_ical(content)
            entry: Any
            [entry] = calendar.walk("VEVENT")
            theirs = vobject.readOne(content.decode())
            assert str(calendar["method"]) == part.get_param("method") == theirs.method.value
            assert theirs.vevent.uid.value == str(entry["uid"])
            assert int(theirs.vevent.sequence.value) == int(entry["sequence"])
            assert theirs.vevent.summary.value == str(entry["summary"])
            assert theirs.vevent.dtstart.value == entry["dtstart"].dt
            found.append({"method": str(calendar["method"]), **{name.lower(): value for name, value in entry.items()}})
    return found


def of_talk(talk: Talk, to: str = "emi") -> dict[str, Any]:
    """What the mails that leave now say about the talk's own entry: it is in them once."""
    [found] = [one for one in mailed(to) if f"-talk-{talk.pk}@" in one["uid"]]
    return found


def feed(who: str = "emi") -> dict[str, Any]:
    """The entries in the calendar at the person's secret address, by UID."""
    if not CalendarFeed.objects.filter(person=cast.person(who)).exists():
        cast.signed_in(who).post("/me/calendar/")
    answer = Client().get(f"/calendar/{CalendarFeed.objects.get(person=cast.person(who)).token}.ics")
    return {str(entry["uid"]): entry for entry in icalendar.Calendar.from_ical(answer.content).walk("VEVENT")}


def rename(talk: Talk, title: str, who: str = "emi") -> None:
    """As the page with the checklist does it."""
    form = {"title": title, "bio": "", "laptop": "", "adapter": ""}
    assert cast.signed_in(who).post(f"/talks/{talk.pk}/preparation/", form).status_code == 302


def test_a_confirmed_talk_comes_into_the_calendar(event: Event) -> None:
    accepted = cast.talk("emi", event, state=Talk.State.ACCEPTED)
    assert mailed() == []
    confirm_talk(talk=accepted, speaker_slot_name="登壇者枠", at=cast.NOW, by=cast.person("emi"))
    files = mailed()
    assert [one["method"] for one in files] == ["REQUEST", "REQUEST"]
    assert str(files[0]["summary"]) == event.title
    assert str(files[1]["uid"]) == f"{event.public_id}-talk-{accepted.pk}@testserver"


def test_a_new_title_is_in_mail_and_feed_with_a_higher_sequence(event: Event, clock: time_machine.Traveller) -> None:
    talk = cast.talk("emi", event)
    came = of_talk(talk)
    clock.shift(HOUR)
    rename(talk, "評価の新しい話")
    after = feed()[str(came["uid"])]
    clock.shift(29 * MINUTE)
    assert mailed() == []
    clock.shift(MINUTE)
    renamed = of_talk(talk)
    for entry in (renamed, after):
        assert "評価の新しい話" in str(entry["summary"])
        assert entry["uid"] == came["uid"]
        assert int(entry["sequence"]) == int(renamed["sequence"]) > int(came["sequence"])
        assert entry["dtstart"].dt == came["dtstart"].dt
    assert renamed["method"] == "REQUEST"
    clock.shift(HOUR)
    rename(talk, "評価の新しい話")
    clock.shift(HOUR)
    assert mailed() == []


def test_a_title_that_is_back_sends_nothing_and_two_changes_send_the_last(
    event: Event, clock: time_machine.Traveller
) -> None:
    talk = cast.talk("emi", event)
    mailed()
    clock.shift(HOUR)
    rename(talk, "別の題")
    rename(talk, talk.title)
    clock.shift(HOUR)
    assert mailed() == []
    rename(talk, "二つ目")
    rename(talk, "三つ目")
    clock.shift(HOUR)
    assert "三つ目" in str(of_talk(talk)["summary"])


def test_history_keeps_no_title(event: Event, clock: time_machine.Traveller) -> None:
    talk = cast.talk("emi", event, title="秘密の題")
    rename(talk, "別の題")
    details = HistoryEntry.objects.get(verb="prepare_talk").details
    assert details["fields"] == ["title"]
    assert "秘密の題" not in str(details)
    assert "別の題" not in str(details)


def test_a_talk_that_moves_is_in_both_with_the_same_sequence(event: Event, clock: time_machine.Traveller) -> None:
    talk = cast.talk("emi", event)
    came = of_talk(talk)
    clock.shift(HOUR)
    add_break(event=event, title="開会", minutes=20, place=0, at=timezone.now(), by=cast.person("aiko"))
    clock.shift(HOUR)
    moved, there = of_talk(talk), feed()[str(came["uid"])]
    assert moved["dtstart"].dt == there["dtstart"].dt == came["dtstart"].dt + 20 * MINUTE
    assert int(moved["sequence"]) == int(there["sequence"]) > int(came["sequence"])


def test_another_place_is_in_both_with_the_same_sequence(event: Event, clock: time_machine.Traveller) -> None:
    talk = cast.talk("emi", event)
    came = of_talk(talk)
    clock.shift(HOUR)
    change_event(event=event, fields={"venue_name": "渋谷 5F"}, at=timezone.now(), by=cast.person("aiko"))
    clock.shift(HOUR)
    moved, there = of_talk(talk), feed()[str(came["uid"])]
    assert str(moved["location"]) == str(there["location"]) == "渋谷 5F"
    assert int(moved["sequence"]) == int(there["sequence"]) > int(came["sequence"])


@pytest.mark.in_short(1)
@pytest.mark.parametrize("how", ["withdrawn", "taken back", "left the event"])
def test_a_talk_that_ends_leaves_mail_and_feed_at_its_last_time(
    how: str, event: Event, clock: time_machine.Traveller
) -> None:
    cast.talk("finn", event, minutes=30)
    talk = cast.talk("emi", event)
    came = of_talk(talk)
    clock.shift(HOUR)
    emi, aiko, at = cast.person("emi"), cast.person("aiko"), timezone.now()
    match how:
        case "withdrawn":
            assert cast.signed_in("emi").post(f"/talks/{talk.pk}/withdrawal/").status_code == 302
        case "taken back":
            take_back_talk(talk=talk, reply="", at=at, by=aiko)
        case _:
            leave_event(event=event, person=emi, at=at, by=emi)
    gone, there = of_talk(talk), feed()[str(came["uid"])]
    assert gone["method"] == "CANCEL"
    assert str(gone["status"]) == str(there["status"]) == "CANCELLED"
    assert gone["dtstart"].dt == there["dtstart"].dt == came["dtstart"].dt
    assert int(gone["sequence"]) == int(there["sequence"]) > int(came["sequence"])
    clock.shift(timedelta(days=8))
    assert str(feed()[str(came["uid"])]["status"]) == "CANCELLED"


def test_what_mail_programs_take_over_first_is_the_end_of_the_talk(event: Event, clock: time_machine.Traveller) -> None:
    talk = cast.talk("emi", event)
    came = of_talk(talk)
    take_back_talk(talk=talk, reply="", at=cast.NOW + HOUR, by=cast.person("aiko"))
    clock.shift(HOUR)
    mail.outbox.clear()
    deliver(at=timezone.now())
    [told] = [one for one in mail.outbox if one.to == ["emi@example.org"]]
    parts = [part for part in told.message(policy=SMTP).walk() if part.get_content_type() == "text/calendar"]
    first = parts[0].get_payload(decode=True)
    assert isinstance(first, bytes)
    assert parts[0].get_filename() is None
    assert str(came["uid"]).encode() in first
    assert b"METHOD:CANCEL" in first


def test_a_talk_that_was_never_on_the_program_leaves_nothing(event: Event, clock: time_machine.Traveller) -> None:
    talk = cast.talk("emi", event, state=Talk.State.ACCEPTED)
    mailed()
    take_back_talk(talk=talk, reply="", at=cast.NOW, by=cast.person("aiko"))
    assert mailed() == []
    assert not any("-talk-" in uid for uid in feed())


def test_a_talk_that_is_confirmed_again_comes_back_newer(event: Event, clock: time_machine.Traveller) -> None:
    talk = cast.talk("emi", event)
    mailed()
    aiko = cast.person("aiko")
    take_back_talk(talk=talk, reply="", at=timezone.now(), by=aiko)
    gone = of_talk(talk)
    clock.shift(HOUR)
    talk = reopen_talk(talk=talk, at=timezone.now(), by=aiko)
    talk = cast.decided(talk, Talk.Decision.ACCEPT, at=timezone.now())
    confirm_talk(talk=talk, speaker_slot_name="登壇者枠", at=timezone.now(), by=cast.person("emi"))
    back = of_talk(talk)
    assert (gone["method"], back["method"]) == ("CANCEL", "REQUEST")
    assert int(back["sequence"]) > int(gone["sequence"])
    assert str(feed()[str(back["uid"])]["status"]) == "CONFIRMED"


class TestTwoWhoSpeakTogether:
    @pytest.fixture
    def talk(self, event: Event) -> Talk:
        talk = cast.talk("emi", event)
        ask_co_speaker(talk=talk, address="finn@example.org", at=cast.NOW, by=cast.person("emi"))
        join_as_co_speaker(co_speaker=CoSpeaker.objects.get(), at=cast.NOW, by=cast.person("finn"))
        return talk

    def test_both_have_the_entry_and_its_new_title(self, talk: Talk, clock: time_machine.Traveller) -> None:
        assert of_talk(talk, "finn")["method"] == "REQUEST"
        clock.shift(HOUR)
        rename(talk, "二人の話")
        clock.shift(HOUR)
        assert "二人の話" in str(of_talk(talk, "finn")["summary"])

    @pytest.mark.in_short(1)
    @pytest.mark.parametrize("how", ["released", "left the event", "the talk ended"])
    def test_who_speaks_no_more_loses_it(self, how: str, talk: Talk, clock: time_machine.Traveller) -> None:
        came = of_talk(talk, "finn")
        clock.shift(HOUR)
        finn, at = cast.person("finn"), timezone.now()
        match how:
            case "released":
                release_co_speaker(co_speaker=CoSpeaker.objects.get(), at=at, by=finn)
            case "left the event":
                leave_event(event=talk.event, person=finn, at=at, by=finn)
            case _:
                take_back_talk(talk=talk, reply="", at=at, by=cast.person("aiko"))
        gone, there = of_talk(talk, "finn"), feed("finn")[str(came["uid"])]
        assert gone["method"] == "CANCEL"
        assert str(there["status"]) == "CANCELLED"
        assert int(gone["sequence"]) == int(there["sequence"]) > int(came["sequence"])
        if how != "the talk ended":
            assert str(feed("emi")[str(came["uid"])]["status"]) == "CONFIRMED"
