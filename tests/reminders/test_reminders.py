"""Reminders are sent once, at their time on the venue's wall clock, to the people with a part (RULES 29, 30)."""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meetups.accounts.models import User
from meetups.core.links import read_cancellation_token
from meetups.core.zones import at_wall, days_before, zone_names
from meetups.demo.mail_scenes.scene import PUBLISHED, START, Scene
from meetups.events.models import Event
from meetups.lifecycle.actions.change_event import change_event
from meetups.lifecycle.due_reminders import attendee_moments, rehearsal_moments, shift_moment
from meetups.notifications.actions.deliver import deliver
from meetups.notifications.models import Notification
from meetups.registrations.models import Registration
from meetups.reminders.actions.plan_reminders import plan_reminders
from meetups.speakers.models import Rehearsal
from meetups.volunteers.models import Shift
from tests.support import cast
from tests.support.letters import text_of
from tests.support.servers import MailSink

pytestmark = pytest.mark.django_db(transaction=True)
TOKYO = "Asia/Tokyo"
State = Notification.State
THREE_DAYS = days_before(START, 3, time(12), TOKYO)
EVE = days_before(START, 1, time(18), TOKYO)
MORNING = days_before(START, 0, time(9), TOKYO)


@pytest.fixture
def scene_with_rehearsal() -> Scene:
    return Scene("en")


@pytest.fixture
def scene(scene_with_rehearsal: Scene) -> Scene:
    scene_with_rehearsal.rehearsal.delete()
    return scene_with_rehearsal


def planned(kind: str = "") -> list[Notification]:
    rows = Notification.objects.order_by("pk")
    return list(rows.filter(kind=kind) if kind else rows)


def test_the_times_of_a_saturday_afternoon(scene: Scene) -> None:
    due = {moment.kind: moment.due_at for moment in attendee_moments(scene.event)}
    assert due == {"reminder_days": THREE_DAYS, "reminder_eve": EVE, "reminder_day": MORNING}
    assert datetime(2026, 12, 2, 3, 0, tzinfo=UTC) == THREE_DAYS
    assert datetime(2026, 12, 4, 9, 0, tzinfo=UTC) == EVE
    assert datetime(2026, 12, 5, 0, 0, tzinfo=UTC) == MORNING


@given(
    zone=st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", TOKYO]),
    days=st.integers(0, 3650),
    hour=st.integers(0, 23),
)
@pytest.mark.django_db(transaction=False)
def test_reminders_come_in_order_and_before_the_event(zone: str, days: int, hour: int) -> None:
    start = at_wall((datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=days)).date(), time(hour), zone)
    event = Event(starts_at=start, ends_at=start + timedelta(hours=2), time_zone=zone)
    moments = attendee_moments(event)
    assert all(moment.due_at < moment.not_after for moment in moments)
    assert [moment.due_at for moment in moments] == sorted(moment.due_at for moment in moments)
    assert moments[-1].due_at <= start - timedelta(hours=3)


@pytest.mark.story
def test_three_reminders_each_once_whoever_ticks_how_often(scene: Scene, mail_sink: MailSink) -> None:
    scene.registration(scene.dan)
    scene.registration(scene.finn, "waitlisted", place=1)
    moments = [THREE_DAYS, EVE, MORNING]
    for now in cast.ticks(THREE_DAYS - timedelta(hours=1), START + timedelta(hours=1), near=moments):
        plan_reminders(at=now)
        plan_reminders(at=now)
        deliver(at=now)
    mails = mail_sink.to("dan@example.org")
    assert [mail["Subject"].partition(":")[0] for mail in mails] == ["In 3 days", "Tomorrow", "Today"]
    assert [mail["Date"].datetime for mail in mails] == moments
    assert not mail_sink.to("finn@example.org")


def test_nothing_before_its_time_and_nothing_after_its_use(scene: Scene) -> None:
    scene.registration(scene.dan)
    assert plan_reminders(at=THREE_DAYS - timedelta(seconds=1)).messages == 0
    assert plan_reminders(at=EVE - timedelta(seconds=1)).messages == 1, (
        "after a clock that stood still, it is still of use"
    )
    assert plan_reminders(at=EVE).messages == 1
    assert plan_reminders(at=START).messages == 0
    assert [row.kind for row in planned()] == ["reminder_days", "reminder_eve"]


def test_a_late_registrant_gets_no_reminder_whose_time_had_passed(scene: Scene) -> None:
    scene.registration(scene.dan, since=EVE + timedelta(minutes=3))
    scene.registration(scene.finn, since=EVE - timedelta(minutes=3))
    plan_reminders(at=EVE + timedelta(minutes=5))
    assert [row.recipient_id for row in planned("reminder_eve")] == [scene.finn.pk]
    plan_reminders(at=MORNING)
    assert {row.recipient_id for row in planned("reminder_day")} == {scene.finn.pk, scene.dan.pk}


def test_an_event_announced_late_is_not_reminded_of_backwards(scene: Scene) -> None:
    Event.objects.filter(pk=scene.event.pk).update(schedule_since=EVE + timedelta(minutes=1))
    scene.registration(scene.dan)
    assert plan_reminders(at=EVE + timedelta(minutes=2)).messages == 0
    assert plan_reminders(at=MORNING).messages == 1


@pytest.mark.parametrize("fields", [{"reminders_on": False}, {"state": "draft"}, {"state": "cancelled"}])
def test_no_reminders_where_there_are_none_to_send(scene: Scene, fields: dict[str, object]) -> None:
    Event.objects.filter(pk=scene.event.pk).update(**fields)
    scene.registration(scene.dan)
    assert plan_reminders(at=EVE).messages == 0


def test_a_moved_event_voids_the_old_reminders_and_plans_new_ones(scene: Scene, mail_sink: MailSink) -> None:
    registration = scene.registration(scene.dan)
    scene.tell("seat_confirmed", scene.dan, registration.subject, at=PUBLISHED)
    plan_reminders(at=EVE)
    week = timedelta(days=7)
    change_event(
        event=scene.event,
        fields={"starts_at": START + week, "ends_at": scene.event.ends_at + week},
        at=EVE,
        by=scene.aiko,
    )
    deliver(at=EVE)
    state = {row.kind: row.state for row in planned()}
    assert state == {"seat_confirmed": State.SENT, "reminder_eve": State.VOID, "event_changed": State.SENT}
    assert plan_reminders(at=EVE).messages == 0
    assert plan_reminders(at=EVE + week).messages == 1
    assert deliver(at=EVE + week).mails == 1
    assert Notification.objects.get(kind="reminder_eve", key__endswith=":2").state == State.SENT


def test_who_left_is_not_reminded(scene: Scene, mail_sink: MailSink) -> None:
    registration = scene.registration(scene.dan)
    plan_reminders(at=EVE)
    Registration.objects.filter(pk=registration.pk).update(state="cancelled", cancelled_at=EVE)
    assert deliver(at=EVE).void == 1
    assert not mail_sink.messages


def test_one_mail_on_the_day_for_seat_and_shift(scene: Scene, mail_sink: MailSink) -> None:
    scene.signup(scene.emi, scene.shift)
    plan_reminders(at=MORNING)
    assert deliver(at=MORNING).mails == 1
    [mail] = mail_sink.to("emi@example.org")
    text = text_of(mail)
    assert mail["Subject"].startswith("Your shift today")
    assert "Shift: Teardown" in text
    assert "Sat, Dec 5, 2026, 4:30–5:30 PM JST" in text
    assert "You have a seat at" in text


def test_a_shift_on_another_day_or_very_early_has_its_own_morning(scene: Scene) -> None:
    """The morning of the event gives one mail. A setup shift on the day before, or before that mail, gives another."""
    assert shift_moment(scene.setup, scene.event) == MORNING
    early = Shift(starts_at=MORNING - timedelta(hours=1), ends_at=START)
    assert shift_moment(early, scene.event) == MORNING - timedelta(hours=4)
    eve = Shift(starts_at=START - timedelta(days=1), ends_at=START - timedelta(hours=22))
    assert shift_moment(eve, scene.event) == MORNING - timedelta(days=1)
    night = Shift(starts_at=START + timedelta(hours=12), ends_at=START + timedelta(hours=13))
    assert shift_moment(night, scene.event) == MORNING


def test_two_mornings_for_who_helps_on_two_days(scene: Scene, mail_sink: MailSink) -> None:
    day_before = Shift.objects.create(
        event=scene.event,
        phase=Shift.Phase.SETUP,
        role=Shift.Role.SETUP,
        title="Chairs",
        starts_at=START - timedelta(days=1),
        ends_at=START - timedelta(hours=23),
        step_down_until=START - timedelta(days=2),
    )
    for shift in (day_before, scene.setup):
        scene.signup(scene.emi, shift)
    for morning in (MORNING - timedelta(days=1), MORNING):
        plan_reminders(at=morning)
        deliver(at=morning)
    first, second = mail_sink.to("emi@example.org")
    assert "Shift: Chairs" in text_of(first)
    body = text_of(second)
    assert "Shift: Setup" in body
    assert "Chairs" not in body


def test_rehearsal_day_and_half_an_hour_before_for_speakers_and_organizers(
    scene_with_rehearsal: Scene, mail_sink: MailSink
) -> None:
    scene = scene_with_rehearsal
    scene.talk(scene.emi, "accepted")
    scene.talk(scene.finn, "proposed")
    scene.registration(scene.dan)
    day, soon = rehearsal_moments(scene.event, scene.rehearsal)
    assert day.due_at == days_before(scene.rehearsal.starts_at, 0, time(9), TOKYO)
    assert soon.due_at == scene.rehearsal.starts_at - timedelta(minutes=30)
    for moment in (day, soon):
        plan_reminders(at=moment.due_at)
        people = {row.recipient_id for row in planned(moment.kind)}
        assert people == {scene.emi.pk, scene.aiko.pk, scene.ben.pk}, (
            "not reception, not attendees, not who only proposed"
        )
        deliver(at=moment.due_at)
    subjects = [mail["Subject"].partition(":")[0] for mail in mail_sink.to("emi@example.org")]
    assert subjects == ["Rehearsal today", "Rehearsal in half an hour"]


def test_a_rehearsal_that_was_dropped_reminds_nobody(scene_with_rehearsal: Scene, mail_sink: MailSink) -> None:
    scene = scene_with_rehearsal
    scene.talk(scene.emi, "accepted")
    moment = rehearsal_moments(scene.event, scene.rehearsal)[0]
    plan_reminders(at=moment.due_at)
    Rehearsal.objects.all().delete()
    deliver(at=moment.due_at)
    assert not Notification.objects.filter(kind__startswith="rehearsal", state=Notification.State.SENT).exists()


def test_connection_check_for_confirmed_speakers_where_it_is_streamed(scene: Scene, mail_sink: MailSink) -> None:
    scene.talk(scene.emi)
    scene.talk(scene.finn, "accepted")
    due = START - timedelta(minutes=30)
    plan_reminders(at=due)
    assert [row.recipient_id for row in planned("connection_check")] == [scene.emi.pk]
    deliver(at=due)
    [mail] = mail_sink.to("emi@example.org")
    assert "https://video.example/ml-14" in text_of(mail)
    Event.objects.filter(pk=scene.event.pk).update(format="on_site")
    Notification.objects.all().delete()
    plan_reminders(at=due)
    assert not planned("connection_check")


def test_one_click_link_in_the_mail_names_the_registration(scene: Scene, mail_sink: MailSink) -> None:
    registration = scene.registration(scene.dan)
    plan_reminders(at=THREE_DAYS)
    deliver(at=THREE_DAYS)
    text: str = text_of(mail_sink.messages[0])
    [url] = [line for line in text.splitlines() if "/cancellations/" in line]
    token = url.rstrip("/").rpartition("/")[2]
    assert read_cancellation_token(token) == registration.pk
    assert read_cancellation_token(token[:-1] + ("A" if token[-1] != "A" else "B")) is None
    assert read_cancellation_token("nonsense") is None


def test_two_planners_at_once_make_each_row_once(scene: Scene) -> None:
    for number in range(30):
        scene.registration(User.objects.create_user(f"p{number}@example.org", "P"))
    ready = threading.Barrier(3)
    failures: list[BaseException] = []

    def plan() -> None:
        try:
            ready.wait()
            plan_reminders(at=EVE)
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    planners = [threading.Thread(target=plan) for _number in range(3)]
    for planner in planners:
        planner.start()
    for planner in planners:
        planner.join()
    assert not failures
    assert len(planned("reminder_eve")) == 30


def test_the_number_of_queries_does_not_grow_with_people(scene: Scene) -> None:
    def queries(at: datetime, prepare: Callable[[], object]) -> int:
        prepare()
        with CaptureQueriesContext(connection) as captured:
            plan_reminders(at=at)
        return len(captured)

    def people(start: int, end: int) -> None:
        for number in range(start, end):
            scene.registration(User.objects.create_user(f"p{number}@example.org", "P"))

    few = queries(EVE, lambda: people(0, 2))
    Notification.objects.all().delete()
    many = queries(EVE, lambda: people(2, 40))
    again = queries(EVE + timedelta(hours=2), lambda: None)
    assert few == many
    assert again <= few


def test_an_evening_that_was_missed_is_never_called_tomorrow_on_the_day_itself() -> None:
    """After a night without clock or mail server, "tomorrow" is wrong; the morning's reminder has the right text."""
    event = cast.event(slots=[cast.first_come_plan()])
    cast.person("dan", language="en")
    cast.registered("dan", event)
    evening = datetime(2026, 12, 4, 9, tzinfo=UTC)
    plan_reminders(at=evening)
    deliver(at=evening + timedelta(hours=13))
    assert not [one.subject for one in mail.outbox if "Tomorrow" in one.subject]


def test_an_event_just_after_midnight_is_tomorrow_in_the_evening() -> None:
    """The event begins at 00:30 in Tokyo. The last reminder leaves three hours before, on the day before."""
    starts_at = datetime(2026, 12, 4, 15, 30, tzinfo=UTC)
    event = cast.event(slots=[cast.first_come_plan()], starts_at=starts_at, ends_at=starts_at + timedelta(hours=2))
    cast.person("dan", language="en")
    cast.registered("dan", event)
    plan_reminders(at=starts_at - timedelta(hours=3))
    deliver(at=starts_at - timedelta(hours=3))
    assert [one.subject for one in mail.outbox if "day: " in one.subject or "Tomorrow" in one.subject] == [
        f"Tomorrow: {event.title}"
    ]


@pytest.mark.in_short(4)
@pytest.mark.parametrize(
    ("zone", "start", "eve"),
    [
        # The clocks change in the night between the reminder and the event, or in the night before the reminder; both ways.
        ("Europe/Berlin", "2026-03-29T19:00", "2026-03-28T18:00+01:00"),
        ("Europe/Berlin", "2026-03-30T19:00", "2026-03-29T18:00+02:00"),
        ("Europe/Berlin", "2026-10-25T19:00", "2026-10-24T18:00+02:00"),
        ("Europe/Berlin", "2026-10-26T19:00", "2026-10-25T18:00+01:00"),
        ("America/New_York", "2026-03-08T19:00", "2026-03-07T18:00-05:00"),
        ("America/New_York", "2026-03-09T19:00", "2026-03-08T18:00-04:00"),
        ("America/New_York", "2026-11-01T19:00", "2026-10-31T18:00-04:00"),
        ("America/New_York", "2026-11-02T19:00", "2026-11-01T18:00-05:00"),
        ("Australia/Lord_Howe", "2026-04-05T19:00", "2026-04-04T18:00+11:00"),
        ("Australia/Lord_Howe", "2026-10-04T19:00", "2026-10-03T18:00+10:30"),
        # Samoa had no Friday: the evening before Saturday is on Thursday.
        ("Pacific/Apia", "2011-12-31T19:00", "2011-12-29T18:00-10:00"),
        ("Pacific/Apia", "2012-01-01T19:00", "2011-12-31T18:00+14:00"),
        # Midnight does not exist on the day itself.
        ("America/Sao_Paulo", "2018-11-04T19:00", "2018-11-03T18:00-03:00"),
        ("Asia/Beirut", "2026-03-29T19:00", "2026-03-28T18:00+02:00"),
        ("Asia/Beirut", "2026-10-25T19:00", "2026-10-24T18:00+03:00"),
        ("Africa/Casablanca", "2026-02-15T19:00", "2026-02-14T18:00+01:00"),
        ("Africa/Casablanca", "2026-03-22T19:00", "2026-03-21T18:00+00:00"),
        ("Asia/Kathmandu", "2026-12-05T19:00", "2026-12-04T18:00+05:45"),
        (TOKYO, "2026-12-05T19:00", "2026-12-04T18:00+09:00"),
    ],
)
def test_the_evening_before_at_six_is_six_there_once(zone: str, start: str, eve: str, mail_sink: MailSink) -> None:
    """The clock runs each minute around that time, twice each time. Only one mail is sent, in that minute."""
    starts_at = datetime.fromisoformat(start).replace(tzinfo=ZoneInfo(zone))
    due_at = datetime.fromisoformat(eve)
    announced = starts_at - timedelta(days=20)
    scene = Scene("en", {"time_zone": zone})
    Event.objects.update(
        format=Event.Format.ON_SITE,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        published_at=announced,
        schedule_since=announced,
    )
    scene.rehearsal.delete()
    Shift.objects.all().delete()
    scene.registration(scene.dan, since=announced)
    for minutes in (-2, -1, 0, 0, 1, 2):
        now = due_at + timedelta(minutes=minutes)
        for _clock in range(2):
            plan_reminders(at=now)
        deliver(at=now)
        told = planned("reminder_eve")
        assert len(told) == (minutes >= 0), now
    [row] = planned("reminder_eve")
    assert row.due_at == due_at
    assert row.state == State.SENT
    assert len([mail for mail in mail_sink.messages if mail["Subject"].startswith("Tomorrow")]) == 1


ZONES = st.sampled_from(
    sorted(name for name in zone_names() if "/" in name and not name.startswith(("posix", "right")))
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(zone=ZONES, day=st.dates(date(1980, 1, 1), date(2036, 12, 31)), hour=st.integers(9, 23))
@pytest.mark.django_db(transaction=False)
def test_in_every_zone_on_every_day_the_evening_before_comes_once_before_the_event(
    zone: str, day: date, hour: int
) -> None:
    start = at_wall(day, time(hour), zone)
    event = Event(starts_at=start, ends_at=start + timedelta(hours=2), time_zone=zone)
    [eve] = [moment for moment in attendee_moments(event) if moment.kind == "reminder_eve"]
    there = eve.due_at.astimezone(ZoneInfo(zone))
    assert eve.due_at < eve.not_after <= start
    assert timedelta(hours=9) < start - eve.due_at < timedelta(hours=54)
    shown = there.replace(tzinfo=None)
    # Six o'clock there, or later if the clocks skipped that time.
    assert timedelta() <= shown - datetime.combine(there.date(), time(18)) <= timedelta(hours=2)
    assert there.date() < start.astimezone(ZoneInfo(zone)).date()


def test_the_calendar_entry_moves_with_the_event(scene: Scene, mail_sink: MailSink) -> None:
    """A calendar accepts a new date only with the same UID and a higher SEQUENCE."""
    registration = scene.registration(scene.dan)
    scene.tell("seat_confirmed", scene.dan, registration.subject, at=PUBLISHED)
    deliver(at=PUBLISHED)
    later = PUBLISHED + timedelta(days=1)
    fields: dict[str, object] = {
        "starts_at": START + timedelta(days=7),
        "ends_at": scene.event.ends_at + timedelta(days=7),
    }
    change_event(event=scene.event, fields=fields, at=later, by=scene.aiko)
    deliver(at=later + timedelta(minutes=10))
    files = [
        str(part.get_content())
        for message in mail_sink.to("dan@example.org")
        for part in message.walk()
        if part.get_content_type() == "text/calendar" and part.get_filename()
    ]
    first, second = (dict(line.split(":", 1) for line in file.splitlines() if ":" in line) for file in files)
    assert first["UID"] == second["UID"]
    assert int(second["SEQUENCE"]) > int(first["SEQUENCE"])
    assert first["DTSTART;TZID=Asia/Tokyo"] == "20261205T140000"
    assert second["DTSTART;TZID=Asia/Tokyo"] == "20261212T140000"
