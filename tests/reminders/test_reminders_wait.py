"""While a change of an event can be undone its reminders wait, so that no one reads a date that is taken back (RULES 226)."""

from datetime import datetime, timedelta

import pytest
from django.core import mail

from meetups.events.models import Event, Undo
from meetups.lifecycle.actions.cancel_event import cancel_event
from meetups.lifecycle.actions.change_event import change_event
from meetups.lifecycle.actions.undo.take_back_cancellation import take_back_cancellation
from meetups.lifecycle.actions.undo.take_back_change import take_back_change
from meetups.lifecycle.actions.undo.tell_now import tell_now
from meetups.notifications.actions.deliver import deliver
from meetups.notifications.models import Notification
from meetups.notifications.notify import notify
from meetups.registrations.models import Registration
from meetups.reminders.actions.plan_reminders import plan_reminders
from tests.support import cast

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
# Noon in Tokyo, three days before.
DUE = datetime(2026, 12, 2, 3, tzinfo=cast.STARTS_AT.tzinfo)


@pytest.fixture
def event() -> Event:
    """Dan has a seat, and knows it."""
    event = cast.event(slots=[cast.first_come_plan(2)])
    cast.registered("dan", event)
    deliver(at=cast.NOW + 2 * HOUR)
    mail.outbox.clear()
    return event


def later(event: Event, *, at: datetime, hours: int = 2) -> Undo:
    """The event begins some hours later."""
    fields: dict[str, object] = {"starts_at": event.starts_at + hours * HOUR, "ends_at": event.ends_at + hours * HOUR}
    change_event(event=event, fields=fields, tell=[], at=at, by=cast.person("aiko"))
    event.refresh_from_db()
    return event.undoable.latest("pk")


def clock(at: datetime) -> list[str]:
    """The reminders that leave now."""
    mail.outbox.clear()
    plan_reminders(at=at)
    deliver(at=at)
    return [str(one.body) for one in mail.outbox]


def test_what_falls_due_meanwhile_waits_and_says_the_old_date_when_it_is_undone(event: Event) -> None:
    undo = later(event, at=DUE - 2 * MINUTE)
    assert clock(DUE) == clock(DUE + 5 * MINUTE) == []
    take_back_change(undo=undo, at=DUE + 6 * MINUTE, by=cast.person("aiko"))
    [said] = clock(DUE + 6 * MINUTE)
    assert "14:00" in said
    assert clock(DUE + HOUR) == []


def test_and_the_new_one_when_it_stands(event: Event) -> None:
    later(event, at=DUE - 2 * MINUTE)
    assert clock(DUE + 7 * MINUTE) == []
    [said] = clock(DUE + 8 * MINUTE)
    assert "16:00" in said


def test_what_was_about_to_leave_waits_and_leaves_when_it_is_undone(event: Event) -> None:
    plan_reminders(at=DUE)
    undo = later(event, at=DUE + MINUTE)
    assert clock(DUE + 5 * MINUTE) == []
    take_back_change(undo=undo, at=DUE + 6 * MINUTE, by=cast.person("aiko"))
    [said] = clock(DUE + 11 * MINUTE)
    assert "14:00" in said
    assert clock(DUE + HOUR) == []


def test_what_was_about_to_leave_is_void_when_the_change_stands(event: Event) -> None:
    plan_reminders(at=DUE)
    later(event, at=DUE + MINUTE)
    assert clock(DUE + 11 * MINUTE) == []
    assert Notification.objects.get(kind="reminder_days").state == "void"


def test_after_an_undone_change_the_next_one_has_its_reminders(event: Event) -> None:
    """The same version comes twice: the first time nothing was sent under it."""
    undo = later(event, at=DUE - 9 * MINUTE)
    assert clock(DUE) == []
    take_back_change(undo=undo, at=DUE, by=cast.person("aiko"))
    event.refresh_from_db()
    later(event, at=DUE + timedelta(seconds=1), hours=72)
    # Three days later, and so is the reminder.
    assert clock(DUE + MINUTE) == []
    [said] = clock(DUE + timedelta(days=3))
    assert "12月8日" in said


def test_a_change_that_is_told_now_keeps_no_reminder_waiting(event: Event) -> None:
    undo = later(event, at=DUE - 2 * MINUTE)
    tell_now(undo=undo, at=DUE - MINUTE, by=cast.person("aiko"))
    [said] = clock(DUE)
    assert "16:00" in said


def test_an_undone_cancellation_takes_no_reminder_away(event: Event) -> None:
    plan_reminders(at=DUE)
    cancel_event(event=event, at=DUE + MINUTE, by=cast.person("aiko"))
    assert clock(DUE + 5 * MINUTE) == []
    take_back_cancellation(undo=event.undoable.get(), at=DUE + 6 * MINUTE, by=cast.person("aiko"))
    [said] = clock(DUE + 11 * MINUTE)
    assert "14:00" in said


def test_no_other_mail_takes_a_waiting_reminder_along(event: Event) -> None:
    plan_reminders(at=DUE)
    later(event, at=DUE + MINUTE)
    seat = Registration.objects.get()
    notify(
        kind="seat_confirmed",
        recipient=cast.person("dan"),
        thread=event.thread,
        subject=seat.subject,
        cause="again",
        at=DUE + 2 * MINUTE,
    )
    assert len(clock(DUE + 2 * MINUTE)) == 1
    assert Notification.objects.get(kind="reminder_days").state == "waiting"
