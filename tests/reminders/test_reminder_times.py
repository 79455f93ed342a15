"""Organizers choose when attendees are reminded (RULES 97)."""

import re
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
import time_machine

from meetups.core.zones import at_wall, days_before
from meetups.events.models import USUAL_REMINDER_TIMES, Event
from meetups.events.undo import TAKE_BACK
from meetups.lifecycle.due_reminders import attendee_moments
from meetups.notifications.actions.deliver import deliver
from meetups.notifications.models import Notification
from meetups.reminders.actions.plan_reminders import plan_reminders
from tests.support import cast
from tests.support.letters import text_of
from tests.support.servers import MailSink

pytestmark = pytest.mark.django_db(transaction=True)
TOKYO = "Asia/Tokyo"
HOUR = timedelta(hours=1)


@pytest.fixture
def event() -> Event:
    return cast.event(slots=[cast.first_come_plan(30)])


def day(event: Event, days: int, hour: int) -> datetime:
    return days_before(event.starts_at, days, time(hour), TOKYO)


def edit(event: Event, rows: list[tuple[str, str]], *, at: datetime, **more: str) -> Any:
    """Ben opens the edit page at `at`, sets these rows and saves."""
    with time_machine.travel(at, tick=False):
        desk = cast.signed_in("aiko")
        url = f"/desk/events/{event.public_id}/edit/"
        form = desk.get(url).context["form"]
        typed = {
            name: "on" if value is True else value.strftime("%H:%M") if isinstance(value, time) else str(value)
            for name, value in form.initial.items()
            if value not in (None, False) and name != "reminder_times"
        }
        four = [*rows, *[("", "")] * 4][:4]
        typed |= {f"reminder_times_days_{row}": days for row, (days, _time) in enumerate(four)}
        typed |= {f"reminder_times_time_{row}": wall for row, (_days, wall) in enumerate(four)}
        answer = desk.post(url, {**typed, "intent": "send", **more})
    event.refresh_from_db()
    return answer


def reminded(at: datetime) -> list[str]:
    plan_reminders(at=at)
    return list(Notification.objects.filter(kind__startswith="reminder_").order_by("pk").values_list("kind", flat=True))


@pytest.mark.story
def test_a_week_before_and_two_hours_of_notice_in_place_of_the_usual(event: Event, mail_sink: MailSink) -> None:
    cast.registered("dan", event)
    assert edit(event, [("0", "8:30"), ("7", "20:00"), ("2", "07:15"), ("", "")], at=cast.NOW).status_code == 302
    assert event.reminder_times == "7 20:00, 2 07:15, 0 08:30"
    deliver(at=cast.NOW)
    moments = [day(event, 7, 20), day(event, 2, 7) + HOUR / 4, day(event, 0, 8) + HOUR / 2]
    for now in cast.ticks(day(event, 8, 0), event.starts_at, near=moments):
        plan_reminders(at=now)
        deliver(at=now)
    mails = mail_sink.to("dan@example.org")[1:]
    assert [mail["Date"].datetime for mail in mails] == moments
    assert ["7日後" in mails[0]["Subject"], "2日後" in mails[1]["Subject"], "本日" in mails[2]["Subject"]] == [True] * 3


@pytest.mark.story
def test_who_attends_speaks_and_tears_down_has_one_mail_a_moment(mail_sink: MailSink) -> None:
    """Three parts give one mail for each moment. The mail on the day lists all of them."""
    slots = [cast.first_come_plan(9), cast.duty_plan(), cast.invited_plan()]
    event = cast.event(slots=slots, format=Event.Format.HYBRID, join_url="https://video.example/14")
    cast.registered("emi", event)
    cast.talk("emi", event)
    cast.volunteering("emi", event)
    deliver(at=cast.NOW)
    before = len(mail_sink.to("emi@example.org"))
    evening = [day(event, days, 18) for days in (7, 2, 1)]
    moments = sorted([*evening, day(event, 3, 12), day(event, 0, 9), event.starts_at - HOUR / 2])
    for now in cast.ticks(day(event, 8, 0), event.starts_at, near=moments):
        plan_reminders(at=now)
        deliver(at=now)
    mails = mail_sink.to("emi@example.org")[before:]
    assert [mail["Date"].datetime for mail in mails] == moments
    assert Notification.objects.filter(state="sent", settled_at=day(event, 0, 9)).count() == 2, "two reasons, one mail"
    text = text_of(mails[4])
    assert "撤収" in text
    assert "参加" in text


def test_no_rows_mean_no_reminders_to_attendees_but_to_volunteers(event: Event) -> None:
    event = cast.event()
    cast.volunteering("emi", event)
    edit(event, [], at=cast.NOW)
    assert event.reminder_times == ""
    assert reminded(day(event, 1, 19)) == []
    assert plan_reminders(at=day(event, 0, 9)).messages == 1
    assert Notification.objects.filter(kind="shift_day").count() == 1


@pytest.mark.in_short(3)
@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([("3", "")], "needs a time"),
        ([("", "12:00")], "Also choose the day"),
        ([("3", "25:00")], "needs a time"),
        ([("3", "noon\0")], "needs a time"),
        ([("31", "12:00")], "to 30 days before"),
        ([("-1", "12:00")], "to 30 days before"),
        ([("99999999999999999999", "12:00")], "to 30 days before"),
        ([("1", "12:00"), ("1", "18:00")], "One reminder a day"),
    ],
)
def test_what_makes_no_sense_is_said_and_stays_typed(event: Event, rows: list[tuple[str, str]], words: str) -> None:
    answer = edit(event, rows, at=cast.NOW)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    for days, wall in rows:
        assert not wall or f'value="{wall}"' in answer.content.decode()
        assert days not in {"1", "3"} or re.search(rf'value="{days}"\s+selected', answer.content.decode())
    assert event.reminder_times == USUAL_REMINDER_TIMES


def test_a_time_that_has_passed_when_it_is_set_is_not_sent_late(event: Event) -> None:
    """At seven in the evening an organizer sets six in the evening: too late for today. The next mail still comes."""
    cast.registered("dan", event)
    edit(event, [("2", "18:00"), ("0", "09:00")], at=day(event, 2, 19))
    assert reminded(day(event, 1, 12)) == []
    assert reminded(day(event, 0, 9)) == ["reminder_day"]


def test_reminders_switched_on_again_do_not_come_late(event: Event) -> None:
    cast.registered("dan", event)
    edit(event, [("1", "18:00")], at=cast.NOW, reminders_on="")
    edit(event, [("1", "18:00")], at=day(event, 1, 19), reminders_on="on")
    assert reminded(day(event, 1, 20)) == []


def test_what_was_sent_is_not_sent_again_when_its_time_changes(event: Event) -> None:
    cast.registered("dan", event)
    assert reminded(day(event, 1, 18)) == ["reminder_eve"]
    deliver(at=day(event, 1, 18))
    edit(event, [("1", "20:00")], at=day(event, 1, 19))
    assert reminded(day(event, 1, 20)) == ["reminder_eve"]


def test_a_row_that_is_taken_out_voids_what_has_not_left(event: Event, mail_sink: MailSink) -> None:
    cast.registered("dan", event)
    deliver(at=cast.NOW)
    reminded(day(event, 3, 12))
    edit(event, [("1", "18:00")], at=day(event, 3, 12))
    # Reminders wait while the change can be taken back.
    assert deliver(at=day(event, 3, 12)).void == 0
    assert deliver(at=day(event, 3, 12) + TAKE_BACK).void == 1


def test_a_late_registrant_gets_no_day_before_reminder(event: Event) -> None:
    """A defect that other products shipped: the day before was over when the attendee registered."""
    edit(event, [("1", "12:00")], at=cast.NOW)
    cast.registered("dan", event, at=day(event, 1, 13))
    assert reminded(day(event, 1, 14)) == []


def test_the_day_itself_leaves_three_hours_before_the_start_at_the_latest() -> None:
    event = Event(starts_at=datetime(2026, 12, 5, 0, tzinfo=UTC), time_zone=TOKYO, reminder_times="1 18:00, 0 08:30")
    assert [moment.due_at for moment in attendee_moments(event)][1] == datetime(2026, 12, 4, 21, tzinfo=UTC)
    night = Event(starts_at=at_wall(event.starts_at.date(), time(0, 30), TOKYO), time_zone=TOKYO)
    night.reminder_times = "1 22:00, 0 08:30"
    assert [moment.kind for moment in attendee_moments(night)] == ["reminder_day"], "the eve would come after it"


@pytest.mark.parametrize(
    ("zone", "start", "days", "wall", "due"),
    [
        # The clocks go forward at 2:00: a skipped time moves forward. Back at 3:00: a time that comes twice means the first one.
        ("Europe/Berlin", datetime(2026, 3, 31, 17, tzinfo=UTC), 2, "02:30", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        (
            "Europe/Berlin",
            datetime(2026, 10, 27, 17, tzinfo=UTC),
            2,
            "02:30",
            datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        ),
        ("America/New_York", datetime(2026, 11, 8, 23, tzinfo=UTC), 7, "18:00", datetime(2026, 11, 1, 23, tzinfo=UTC)),
        ("Australia/Lord_Howe", datetime(2026, 4, 7, 8, tzinfo=UTC), 3, "18:00", datetime(2026, 4, 4, 7, tzinfo=UTC)),
    ],
)
def test_where_the_clocks_change_it_is_the_time_on_the_wall(
    zone: str, start: datetime, days: int, wall: str, due: datetime
) -> None:
    event = Event(starts_at=start, time_zone=zone, reminder_times=f"{days} {wall}")
    assert [moment.due_at for moment in attendee_moments(event)] == [due]


def test_a_new_event_is_made_with_the_times_of_its_page() -> None:
    with time_machine.travel(cast.NOW, tick=False):
        desk = cast.signed_in("aiko")
        cast.community()
        url = "/desk/c/ml/events/new/"
        page = desk.get(url).content.decode()
        assert page.count("selected") >= 3
        typed = {
            "title": "ML勉強会 #16", "day": "2026-12-20", "starts": "14:00", "time_zone": TOKYO, "format": "on_site",
            "admission": "first_come", "visibility": "public", "language": "ja", "reminders_on": "on",
            "reminder_times_days_0": "5", "reminder_times_time_0": "12:00",
        }  # fmt: skip
        summary = desk.post(url, typed, headers={"HX-Request": "true"}).content.decode()
        assert "Dec 15, 12:00" in summary
        desk.post(url, {**typed, "intent": "publish"})
    assert Event.objects.get().reminder_times == "5 12:00"
