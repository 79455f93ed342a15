"""Volunteers are thanked on the day after, and see their total hours (V6, RULES 76)."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail

from meetups.events.models import Event
from meetups.lifecycle.actions.cancel_event import cancel_event
from meetups.lifecycle.due_reminders import thanks_moment
from meetups.notifications.actions.deliver import deliver
from meetups.notifications.models import Notification
from meetups.reminders.actions.thank_volunteers import thank_volunteers
from meetups.reminders.tasks import plan_due_reminders
from meetups.volunteers.models import Shift, Signup
from tests.support import cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
# Ten o'clock in Tokyo on the day after.
TEN = datetime(2026, 12, 6, 1, tzinfo=UTC)
Mark = Signup.Mark


def helped(*names: str) -> Event:
    event = cast.event(slots=[cast.first_come_plan(), cast.duty_plan()])
    for name in names or ("emi",):
        cast.volunteering(name, event)
    deliver(at=cast.NOW + timedelta(hours=2))
    return event


def mark(name: str, value: Mark) -> None:
    Signup.objects.filter(volunteer=cast.person(name)).update(mark=value, marked_at=cast.ENDS_AT)


def thanked(*, at: datetime = TEN) -> list[str]:
    """The people who get the mail planned and sent at `at`."""
    mail.outbox.clear()
    plan_due_reminders(at=at)
    deliver(at=at)
    return sorted(
        letter.to[0].partition("@")[0] for letter in mail.outbox if "1 hour" in letter.body or "1時間" in letter.body
    )


def test_at_ten_on_the_day_after_and_only_once() -> None:
    helped("emi", "dan")
    cast.registered("finn", Event.objects.get())
    assert thanked(at=TEN - timedelta(seconds=1)) == []
    assert thanked() == ["dan", "emi"]
    for hours in range(1, 4):
        assert thanked(at=TEN + timedelta(hours=hours)) == []
    keys = Notification.objects.filter(kind="shift_thanks").values_list("key", flat=True)
    assert {key.rpartition(":")[2] for key in keys} == {str(Event.objects.get().schedule_version)}


@pytest.mark.parametrize(("value", "comes"), [(Mark.DONE, True), (Mark.ABSENT, False), (Mark.EXCUSED, False)])
def test_what_organizers_wrote_decides(value: Mark, *, comes: bool) -> None:
    helped()
    mark("emi", value)
    assert thanked() == (["emi"] if comes else [])


def test_what_is_written_between_planning_and_sending_counts() -> None:
    helped()
    plan_due_reminders(at=TEN)
    mark("emi", Mark.ABSENT)
    assert thanked(at=TEN + timedelta(minutes=1)) == []


def test_who_is_put_right_later_is_thanked_then() -> None:
    helped()
    mark("emi", Mark.ABSENT)
    assert thanked() == []
    mark("emi", Mark.DONE)
    assert thanked(at=TEN + timedelta(hours=5)) == ["emi"]


def test_a_cancelled_event_or_shift_thanks_nobody() -> None:
    cancel_event(event=helped(), at=cast.NOW, by=cast.person("aiko"))
    assert thanked() == []


def test_an_event_without_reminders_thanks_all_the_same() -> None:
    helped()
    Event.objects.update(reminders_on=False)
    assert thanked() == ["emi"]


def test_a_clock_that_stood_still_does_not_thank_weeks_later() -> None:
    helped()
    assert sum(thank_volunteers(at=TEN + timedelta(days=3)).results) == 0
    assert sum(thank_volunteers(at=TEN + timedelta(days=2, hours=23)).results) == 1


@pytest.mark.parametrize(
    ("zone", "starts", "shift_ends", "due"),
    [
        (
            "Asia/Tokyo",
            datetime(2026, 12, 5, 5, tzinfo=UTC),
            datetime(2026, 12, 5, 8, tzinfo=UTC),
            datetime(2026, 12, 6, 1, tzinfo=UTC),
        ),
        # The clocks go forward in the night.
        (
            "Europe/Berlin",
            datetime(2027, 3, 27, 17, tzinfo=UTC),
            datetime(2027, 3, 27, 21, tzinfo=UTC),
            datetime(2027, 3, 28, 8, tzinfo=UTC),
        ),
        # Teardown lasts until after ten on the next day.
        (
            "Asia/Tokyo",
            datetime(2026, 12, 5, 5, tzinfo=UTC),
            datetime(2026, 12, 6, 2, tzinfo=UTC),
            datetime(2026, 12, 7, 1, tzinfo=UTC),
        ),
        # The shift ends after midnight, so the thanks come on the day after that.
        (
            "Asia/Tokyo",
            datetime(2026, 12, 5, 13, tzinfo=UTC),
            datetime(2026, 12, 5, 15, tzinfo=UTC),
            datetime(2026, 12, 7, 1, tzinfo=UTC),
        ),
    ],
)
def test_ten_is_ten_on_the_event_s_own_clock(zone: str, starts: datetime, shift_ends: datetime, due: datetime) -> None:
    event = Event(starts_at=starts, ends_at=starts + timedelta(hours=2, minutes=30), time_zone=zone)
    assert thanks_moment(event, [Shift(ends_at=shift_ends)]).due_at == due


def test_my_page_and_profile_say_how_much_it_was_in_all() -> None:
    event = helped()
    Shift.objects.update(ends_at=cast.ENDS_AT + timedelta(minutes=90))
    missed = cast.volunteering("emi", cast.event(title="別の会", starts_at=cast.STARTS_AT + timedelta(days=1),
                                                 ends_at=cast.ENDS_AT + timedelta(days=1)))  # fmt: skip
    Signup.objects.filter(pk=missed.pk).update(mark=Mark.ABSENT, marked_at=cast.ENDS_AT)
    assert event.pk
    with time_machine.travel(cast.ENDS_AT + timedelta(days=3), tick=False):
        for path in ("/me/", "/me/profile/"):
            assert "1 shift, 1 hour 30 minutes" in cast.signed_in("emi").get(path).content.decode()
    assert "1 hour 30 minutes" not in cast.signed_in("emi").get("/me/").content.decode()
