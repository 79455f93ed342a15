"""The rehearsal is added and moved at the desk: speakers are told once, and the reminders move with it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from meetups.events.models import Event
from meetups.lifecycle.actions.cancel_event import cancel_event
from meetups.lifecycle.actions.change_event import change_event
from meetups.lifecycle.actions.set_rehearsal import set_rehearsal
from meetups.notifications.actions.deliver import deliver
from meetups.notifications.models import Notification
from meetups.reminders.actions.plan_reminders import plan_reminders
from meetups.speakers.models import CoSpeaker, Presence, Rehearsal, Talk
from meetups.volunteers.models import Shift
from meetups.volunteers.shift_plan import open_shift
from meetups.volunteers.usual_shifts import BLUEPRINTS
from tests.support import cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]

# 19:00 to 20:00 in Tokyo, two days before the online event.
STARTS_AT = datetime(2026, 12, 8, 10, tzinfo=UTC)
FIELDS = {
    "starts": "2026-12-08T19:00",
    "ends": "2026-12-08T20:00",
    "join_url": "https://video.example.com/rehearsal",
}


def online(**fields: Any) -> Event:
    """Emi's talk is confirmed, Finn's accepted, Dan's only proposed."""
    event = cast.online_event(**fields)
    cast.talk("emi", event)
    cast.talk("emi", event, title="二つ目")
    cast.talk("finn", event, state=Talk.State.ACCEPTED)
    cast.talk("dan", event, state=Talk.State.PROPOSED)
    return event


def sent(at: datetime, kind: str = "rehearsal_set") -> list[str]:
    """The people who got a message of that kind, after everything that is due at `at` was sent."""
    deliver(at=at)
    rows = Notification.objects.filter(kind=kind, state=Notification.State.SENT).order_by("recipient__email")
    return [row.recipient.email.partition("@")[0] for row in rows if row.recipient]


def move(event: Event, starts_at: datetime, *, at: datetime) -> Rehearsal:
    return set_rehearsal(
        event=event,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        join_url="",
        at=at,
        by=cast.person("aiko"),
    )


def together(talk: Talk, name: str) -> None:
    """`name` is a co-speaker of the talk."""
    CoSpeaker.objects.create(
        talk=talk, person=cast.person(name), address=f"{name}@example.org", language="ja",
        state=CoSpeaker.State.JOINED, asked_at=cast.NOW, joined_at=cast.NOW,
    )  # fmt: skip


def test_it_is_added_where_the_speakers_are_listed_and_changed_on_the_line_of_time(desk: Client) -> None:
    event = online(rehearsal=None)
    url = f"/desk/events/{event.public_id}/rehearsal/"
    overview = f"/desk/events/{event.public_id}/"
    assert url in desk.get(overview).content.decode()
    page = desk.get(url).content.decode()
    assert 'value="2026-12-09T20:00"' in page
    assert "We’ll email 2 people" in page
    assert desk.post(url, FIELDS).status_code == 302
    rehearsal = Rehearsal.objects.get(event=event)
    assert (rehearsal.starts_at, rehearsal.ends_at) == (STARTS_AT, STARTS_AT + timedelta(hours=1))
    page = desk.get(overview).content.decode()
    assert "Plan a rehearsal" not in page
    assert f'<a href="{url}">Rehearsal</a>' in " ".join(page.split()).replace(" >", ">").replace("<a href", "<a href")
    assert "<bdi>愛子</bdi> set the rehearsal" in page
    assert 'value="2026-12-08T19:00"' in desk.get(url).content.decode()


def test_each_speaker_is_told_once_with_a_calendar_file(desk: Client) -> None:
    event = online()
    before = Event.objects.get().sequence
    url = f"/desk/events/{event.public_id}/rehearsal/"
    for _click in range(2):
        desk.post(url, FIELDS)
    assert sent(cast.NOW + timedelta(minutes=2)) == ["emi", "finn"]
    [told] = [one for one in mail.outbox if "リハーサル" in one.body and one.to == ["emi@example.org"]][-1:]
    assert "https://video.example.com/rehearsal" in told.body
    [calendar] = [part for part in told.attachments if "rehearsal" in part.get_content()]
    assert "DTSTART;TZID=Asia/Tokyo:20261208T190000" in calendar.get_content()
    event.refresh_from_db()
    assert f"SEQUENCE:{event.sequence}" in calendar.get_content()
    assert event.sequence == before + 1


def test_of_two_changes_only_the_last_is_told() -> None:
    event = online()
    move(event, STARTS_AT, at=cast.NOW)
    move(event, STARTS_AT + timedelta(hours=1), at=cast.NOW)
    assert sent(cast.NOW + timedelta(minutes=2)) == ["emi", "finn"]


def test_a_draft_tells_nobody() -> None:
    event = cast.online_event(publish=False)
    move(event, STARTS_AT, at=cast.NOW)
    assert not Notification.objects.filter(kind="rehearsal_set").exists()


@pytest.mark.in_short(3)
@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"starts": ""}, "Please check these points"),
        ({"starts": "9999-01-01T10:00"}, "Choose a year"),
        ({"ends": "2026-12-08T18:00"}, "It would end before it starts"),
        ({"join_url": "javascript:alert(1)"}, "Please check these points"),
        ({"starts": "2026-12-10T18:30", "ends": "2026-12-10T19:30"}, "must be before the event"),
        ({"starts": "2026-11-19T18:30", "ends": "2026-11-19T19:30"}, "would be in the past"),
    ],
)
def test_what_is_wrong_is_said(desk: Client, wrong: dict[str, str], says: str) -> None:
    event = online()
    before = Rehearsal.objects.values().get()
    answer = desk.post(f"/desk/events/{event.public_id}/rehearsal/", {**FIELDS, **wrong})
    assert answer.status_code in {409, 422}
    assert says in answer.content.decode()
    assert Rehearsal.objects.values().get() == before


def test_who_is_expected_is_ticked_one_by_one(desk: Client) -> None:
    event = online()
    [usual] = [one for one in BLUEPRINTS if one.role == Shift.Role.STREAM]
    stream = usual.plan(event)
    shift = open_shift(event, stream, slot=None, step_down_until=event.starts_at)
    cast.volunteering("guest1", event, shift=shift)
    cast.volunteering(
        "guest2",
        event,
        shift=open_shift(event, replace(stream, role=Shift.Role.RECEPTION), slot=None, step_down_until=event.starts_at),
    )
    together(Talk.objects.filter(event=event, state=Talk.State.CONFIRMED)[0], "guest3")
    url = f"/desk/events/{event.public_id}/rehearsal/"
    assert " was there" not in desk.get(url).content.decode()
    with time_machine.travel(Rehearsal.objects.get().starts_at, tick=False):
        page = desk.get(url).content.decode()
    names = [
        name for name in ("絵美", "フィン", "Guest1", "Guest2", "Guest3", "愛子", "ダン") if f"{name} was there" in page
    ]
    assert names == ["絵美", "フィン", "Guest1", "Guest3", "愛子"]
    assert page.count("hasn’t filled in anything yet") == 3
    address = f"/desk/events/{event.public_id}/people/{cast.person('guest3').pk}/presence/"
    ticked = {"occasion": "rehearsal", "seen": "1", "page": "rehearsal"}
    assert "too early" in desk.post(address, ticked, follow=True).content.decode()
    assert "<strong>0</strong> / 5" in desk.get(url).content.decode()
    with time_machine.travel(Rehearsal.objects.get().starts_at, tick=False):
        answer = desk.post(address, ticked)
    assert answer["Location"] == url
    assert "<strong>1</strong> / 5" in desk.get(url).content.decode()


@pytest.mark.parametrize("talks", [1, 3])
def test_the_page_asks_the_same_few_questions_for_any_number_of_people(
    desk: Client, talks: int, django_assert_num_queries: Any
) -> None:
    event = cast.online_event()
    for number in range(talks):
        together(cast.talk(f"guest{number}", event), f"other{number}")
    url = f"/desk/events/{event.public_id}/rehearsal/"
    desk.get(url)
    began = Rehearsal.objects.get().starts_at
    with time_machine.travel(began, tick=False), django_assert_num_queries(9):
        page = desk.get(url).content.decode()
    assert page.count(" was there") == 2 * talks + 1


def test_what_is_over_or_cancelled_is_not_planned_any_more(desk: Client) -> None:
    event = online()
    url = f"/desk/events/{event.public_id}/rehearsal/"
    with time_machine.travel(event.ends_at, tick=False):
        page = desk.get(url).content.decode()
    assert ('name="starts"' in page, "絵美 was there" in page) == (False, True)
    cancel_event(event=event, at=cast.NOW, by=cast.person("aiko"))
    assert 'name="starts"' not in desk.get(url).content.decode()
    here = cast.signed_in("emi").get(f"/events/{event.public_id}/connection/").content.decode()
    assert "This event was canceled." in here


def test_it_is_called_off_with_everything_that_belongs_to_it(desk: Client) -> None:
    event = online()
    together(Talk.objects.filter(event=event, state=Talk.State.CONFIRMED)[0], "guest3")
    move(event, STARTS_AT, at=cast.NOW)
    assert sent(cast.NOW + timedelta(minutes=1)) == ["emi", "finn", "guest3"]
    event.refresh_from_db()
    sequence = event.sequence
    url = f"/desk/events/{event.public_id}/rehearsal/removal/"
    assert "We’ll email 3 people" in desk.get(url).content.decode()
    for _click in range(2):
        desk.post(url)
    assert not Rehearsal.objects.exists()
    assert sent(cast.NOW + timedelta(minutes=3), "rehearsal_removed") == ["emi", "finn", "guest3"]
    [calendar] = [part.get_content() for part in mail.outbox[-1].attachments]
    assert "STATUS:CANCELLED" in calendar
    assert f"SEQUENCE:{sequence + 1}" in calendar
    assert "DTSTART;TZID=Asia/Tokyo:20261208T190000" in calendar
    plan_reminders(at=TestReminders.MORNING)
    assert not Notification.objects.filter(kind="rehearsal_day").exists()
    assert "Plan a rehearsal" in desk.get(url.removesuffix("removal/")).content.decode()


def test_nobody_is_ticked_at_a_rehearsal_that_was_called_off(desk: Client) -> None:
    event = online()
    people = f"/desk/events/{event.public_id}/people/{cast.person('emi').pk}/presence/"
    desk.post(f"/desk/events/{event.public_id}/rehearsal/removal/")
    desk.post(people, {"occasion": "rehearsal", "seen": "1"})
    assert not Presence.objects.exists()


def test_called_off_set_anew_and_called_off_again_is_said_once(desk: Client) -> None:
    event = online()
    deliver(at=cast.NOW)
    removal = f"/desk/events/{event.public_id}/rehearsal/removal/"
    desk.post(removal)
    desk.post(removal.removesuffix("removal/"), FIELDS)
    desk.post(removal)
    assert Notification.objects.filter(kind="rehearsal_removed").count() == 4
    assert sent(cast.NOW, "rehearsal_removed") == ["emi", "finn"]


def test_a_cancelled_event_rehearses_no_more(desk: Client) -> None:
    event = online()
    desk.post(f"/desk/events/{event.public_id}/cancellation/")
    answer = desk.post(f"/desk/events/{event.public_id}/rehearsal/", FIELDS)
    assert "over or canceled" in answer.content.decode()


def calendars(at: datetime) -> dict[str, list[str]]:
    """The rehearsal files in the mails that are sent at `at`, by recipient."""
    mail.outbox.clear()
    deliver(at=at)
    found: dict[str, list[str]] = {}
    for one in mail.outbox:
        files = [part.get_content() for part in one.attachments]
        found.setdefault(one.to[0].partition("@")[0], []).extend(file for file in files if "-rehearsal@" in file)
    return found


def postpone(event: Event, by: timedelta, *, at: datetime) -> None:
    fields: dict[str, object] = {"starts_at": event.starts_at + by, "ends_at": event.ends_at + by}
    change_event(event=event, fields=fields, at=at, by=cast.person("aiko"))


def test_when_the_event_moves_or_is_cancelled_the_rehearsal_in_the_calendars_does_too() -> None:
    event = online()
    at = cast.NOW + timedelta(minutes=5)
    deliver(at=at)
    postpone(event, timedelta(days=7), at=at)
    files = calendars(at + timedelta(hours=1))
    assert {name: len(found) for name, found in files.items()} == {"emi": 1, "finn": 1, "dan": 0}
    assert "DTSTART;TZID=Asia/Tokyo:20261216T190000" in files["finn"][0]
    # A person who has only proposed a talk does not get the speakers' link.
    [told] = [one for one in mail.outbox if one.to == ["dan@example.org"]]
    assert event.join_url not in told.body
    assert "rehearsal" not in told.body
    cancel_event(event=event, at=at + timedelta(hours=2), by=cast.person("aiko"))
    assert "STATUS:CANCELLED" in calendars(at + timedelta(hours=3))["emi"][0]


def test_a_rehearsal_that_was_held_stays_where_it_was_and_who_was_connected_is_asked_anew(desk: Client) -> None:
    event = online()
    move(event, STARTS_AT, at=cast.NOW)
    emi = cast.person("emi")
    address = f"/desk/events/{event.public_id}/people/{emi.pk}/presence/"
    deliver(at=STARTS_AT)
    at = event.starts_at - timedelta(minutes=20)
    with time_machine.travel(at, tick=False):
        for occasion in ("rehearsal", "connection"):
            desk.post(address, {"occasion": occasion, "seen": "1"})
    postpone(Event.objects.get(), timedelta(minutes=10), at=at)
    assert Presence.objects.count() == 2
    postpone(Event.objects.get(), timedelta(days=7), at=at)
    assert [one.occasion for one in Presence.objects.all()] == ["rehearsal"]
    assert Rehearsal.objects.get().starts_at == STARTS_AT
    assert calendars(at + timedelta(hours=1))["emi"] == []


class TestReminders:
    """Reminders on the day (nine o'clock in Tokyo) and half an hour before, for speakers and organizers."""

    MORNING = datetime(2026, 12, 8, 0, tzinfo=UTC)

    def test_they_follow_the_new_time(self) -> None:
        event = online()
        together(Talk.objects.filter(event=event, state=Talk.State.CONFIRMED)[0], "guest3")
        move(event, STARTS_AT, at=cast.NOW)
        plan_reminders(at=self.MORNING)
        assert sent(self.MORNING, "rehearsal_day") == ["aiko", "emi", "finn", "guest3"]

    @pytest.mark.story
    def test_a_reminder_of_the_old_time_that_waits_is_not_sent(self) -> None:
        event = online()
        move(event, STARTS_AT, at=cast.NOW)
        plan_reminders(at=self.MORNING)
        move(event, STARTS_AT + timedelta(days=1), at=self.MORNING + timedelta(seconds=1))
        assert sent(self.MORNING + timedelta(minutes=2), "rehearsal_day") == []

    def test_who_was_reminded_of_the_old_time_is_reminded_of_the_new_one(self) -> None:
        event = online()
        move(event, STARTS_AT, at=cast.NOW)
        plan_reminders(at=self.MORNING)
        sent(self.MORNING)
        move(event, STARTS_AT + timedelta(days=1), at=self.MORNING + timedelta(hours=1))
        for hours in (2, 24):
            plan_reminders(at=self.MORNING + timedelta(hours=hours))
        deliver(at=self.MORNING + timedelta(hours=24))
        rows = Notification.objects.filter(
            kind="rehearsal_day", state=Notification.State.SENT, recipient=cast.person("emi")
        )
        assert [row.due_at for row in rows.order_by("due_at")] == [self.MORNING, self.MORNING + timedelta(days=1)]

    @pytest.mark.story
    def test_no_reminder_is_sent_whose_time_lay_before_it_was_set(self) -> None:
        event = online(rehearsal=None)
        move(event, STARTS_AT, at=self.MORNING + timedelta(hours=1))
        plan_reminders(at=self.MORNING + timedelta(hours=2))
        assert not Notification.objects.filter(kind="rehearsal_day").exists()
        soon = STARTS_AT - timedelta(minutes=30)
        plan_reminders(at=soon)
        assert sent(soon, "rehearsal_soon") == ["aiko", "emi", "finn"]


@pytest.mark.parametrize("was_there_before", [False, True], ids=["a first one", "another one, called off"])
def test_who_withdraws_before_the_mail_of_a_new_rehearsal_hears_nothing_of_it(
    desk: Client, was_there_before: bool
) -> None:
    """That the talk was accepted, they read before there was one; of the one that was called off they know already."""
    with time_machine.travel(cast.NOW, tick=False) as clock:
        event = cast.online_event(**({} if was_there_before else {"rehearsal": None}))
        talk = cast.talk("emi", event, state=Talk.State.ACCEPTED)
        url = f"/desk/events/{event.public_id}/rehearsal/"
        assert sent(timezone.now(), "talk_accepted") == ["emi"]
        clock.shift(timedelta(hours=1))
        if was_there_before:
            desk.post(f"{url}removal/")
            assert sent(timezone.now(), "rehearsal_removed") == ["emi"]
            clock.shift(timedelta(hours=1))
        mail.outbox.clear()
        assert desk.post(url, FIELDS).status_code == 302
        assert cast.signed_in("emi").post(f"/talks/{talk.pk}/withdrawal/").status_code == 302
        deliver(at=timezone.now() + timedelta(hours=3))
    assert [one.to for one in mail.outbox] == [["aiko@example.org"]], "The owner hears of the talk; Emi hears nothing."


def test_who_withdraws_after_that_mail_is_let_go(desk: Client) -> None:
    """The control: they have the rehearsal in their calendar."""
    with time_machine.travel(cast.NOW, tick=False) as clock:
        event = cast.online_event(rehearsal=None)
        talk = cast.talk("emi", event, state=Talk.State.ACCEPTED)
        desk.post(f"/desk/events/{event.public_id}/rehearsal/", FIELDS)
        assert sent(timezone.now() + timedelta(minutes=2)) == ["emi"]
        clock.shift(timedelta(hours=1))
        cast.signed_in("emi").post(f"/talks/{talk.pk}/withdrawal/")
        assert sent(timezone.now() + timedelta(hours=3), "rehearsal_left") == ["emi"]


def test_one_that_is_called_off_before_any_mail_told_of_it_is_told_to_no_speaker(desk: Client) -> None:
    with time_machine.travel(cast.NOW, tick=False) as clock:
        event = cast.online_event(rehearsal=None)
        cast.talk("emi", event, state=Talk.State.ACCEPTED)
        url = f"/desk/events/{event.public_id}/rehearsal/"
        deliver(at=timezone.now())
        clock.shift(timedelta(hours=1))
        mail.outbox.clear()
        desk.post(url, FIELDS)
        desk.post(f"{url}removal/")
        assert sent(timezone.now() + timedelta(hours=1), "rehearsal_removed") == []
        assert mail.outbox == []
