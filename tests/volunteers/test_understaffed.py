"""Too few volunteers for a shift (V4, RULES 66): organizers are told, and people in the queue get one useful offer, never two."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.core import mail

from meetups.events.models import Event
from meetups.lifecycle.actions.cancel_event import cancel_event
from meetups.lifecycle.invariants import breaches
from meetups.notifications.actions.deliver import deliver
from meetups.notifications.models import Notification
from meetups.registrations.models import Registration
from meetups.volunteers.actions.shifts.cancel_shift import cancel_shift
from meetups.volunteers.actions.shifts.plan_shift import plan_shift
from meetups.volunteers.models import Shift, Signup
from meetups.volunteers.shift_plan import ShiftPlan
from meetups.volunteers.staffing import usual_help_at
from meetups.volunteers.tasks import seek_help_for_short_shifts
from tests.support import cast

pytestmark = pytest.mark.django_db
# Free cancellation ends 48 hours before the start.
DUE = cast.STARTS_AT - timedelta(hours=48)


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(cast.NOW, tick=False):
        yield
        assert breaches() == []


def full_event(*, minimum: int = 2) -> Event:
    """One seat, which Dan has; Finn and Gin wait."""
    event = cast.event(slots=[cast.first_come_plan(1), cast.duty_plan()], shifts=[cast.teardown_plan(minimum=minimum)])
    for name in ("dan", "finn", "gin"):
        cast.registered(name, event)
    deliver(at=cast.NOW + timedelta(hours=2))
    mail.outbox.clear()
    return event


def told(kind: str) -> list[str]:
    rows = Notification.objects.filter(kind=kind).order_by("pk").select_related("recipient")
    return [row.recipient.email.partition("@")[0] for row in rows if row.recipient]


def test_it_comes_when_free_cancellation_ends_and_only_once() -> None:
    full_event()
    assert seek_help_for_short_shifts(DUE - timedelta(seconds=1)) == "help sought for 0 shifts"
    assert seek_help_for_short_shifts(DUE) == "help sought for 1 shifts"
    for hours in range(3):
        assert seek_help_for_short_shifts(DUE + timedelta(hours=hours)) == "help sought for 0 shifts"
    assert (told("shift_short"), told("shift_offered")) == (["aiko"], ["finn", "gin"])


def test_the_offer_leads_to_the_shift_and_the_seat_is_certain() -> None:
    event = full_event()
    seek_help_for_short_shifts(DUE)
    with time_machine.travel(DUE, tick=False):
        deliver(at=DUE)
        [letter] = [one for one in mail.outbox if one.to == ["finn@example.org"]]
        shift = cast.shift_of(event)
        url = f"/events/{event.public_id}/shifts/{shift.pk}/signup/"
        assert url in letter.body
        cast.signed_in("finn").post(url)
    seat = Registration.objects.get(event=event, attendee=cast.person("finn"))
    assert (seat.slot.name, seat.state) == ("撤収ボランティア枠", Registration.State.CONFIRMED)


def test_who_comes_too_late_for_the_minimum_is_not_written_to() -> None:
    event = full_event(minimum=1)
    seek_help_for_short_shifts(DUE)
    cast.volunteering("finn", event, at=DUE)
    deliver(at=DUE + timedelta(minutes=1))
    subjects = [str(one.subject) for one in mail.outbox]
    assert not any("撤収" in subject and "確実" in subject for subject in subjects)
    assert [one.to for one in mail.outbox if "gin@example.org" in one.to] == []


def test_enough_people_mean_no_alarm_until_one_steps_down() -> None:
    event = full_event(minimum=1)
    signup = cast.volunteering("emi", event)
    assert seek_help_for_short_shifts(DUE) == "help sought for 0 shifts"
    with time_machine.travel(DUE + timedelta(hours=1), tick=False):
        cast.signed_in("emi").post(f"/events/{event.public_id}/shifts/{signup.shift_id}/signup/end/")
    assert seek_help_for_short_shifts(DUE + timedelta(hours=2)) == "help sought for 1 shifts"


def test_several_short_shifts_are_one_mail_to_organizers_and_one_to_who_waits() -> None:
    event = full_event()
    starts_at = event.starts_at - timedelta(hours=2)
    setup = ShiftPlan(Shift.Phase.SETUP, Shift.Role.SETUP, "設営", starts_at, starts_at + timedelta(hours=1), 1, 2)
    plan_shift(event=event, plan=setup, guarantees_seat=True, at=cast.NOW, by=cast.person("aiko"))
    seek_help_for_short_shifts(DUE)
    deliver(at=DUE + timedelta(minutes=1))
    aiko, finn, _gin = sorted(mail.outbox, key=lambda letter: letter.to[0])
    assert aiko.subject.startswith("担当者不足のシフト2件")
    assert "抽選待ち・補欠の2人に、参加が確定するシフトを案内しました。" in aiko.body
    for letter in (aiko, finn):
        assert "設営" in letter.body
        assert "撤収" in letter.body
    assert f"/events/{event.public_id}/shifts/" in finn.body


@pytest.mark.parametrize("what", ["shift", "event"])
def test_what_was_cancelled_seeks_nobody(what: str) -> None:
    event = full_event()
    if what == "shift":
        cancel_shift(shift=cast.shift_of(event), at=cast.NOW, by=cast.person("aiko"))
    else:
        cancel_event(event=event, at=cast.NOW, by=cast.person("aiko"))
    assert seek_help_for_short_shifts(DUE) == "help sought for 0 shifts"
    assert told("shift_short") == told("shift_offered") == []


def test_cancelled_after_the_alarm_nothing_of_it_is_sent() -> None:
    event = full_event()
    seek_help_for_short_shifts(DUE)
    cancel_shift(shift=cast.shift_of(event), at=DUE, by=cast.person("aiko"))
    deliver(at=DUE + timedelta(minutes=1))
    assert mail.outbox == []


def test_where_a_yes_is_needed_only_organizers_are_told() -> None:
    event = full_event()
    Shift.objects.filter(event=event).update(needs_approval=True)
    seek_help_for_short_shifts(DUE)
    assert (told("shift_short"), told("shift_offered")) == (["aiko"], [])


def test_who_missed_a_shift_lately_gets_no_promise() -> None:
    event = full_event()
    starts_at = cast.NOW - timedelta(days=30)
    earlier = cast.event(starts_at=starts_at, ends_at=starts_at + timedelta(hours=2), at=starts_at - timedelta(days=20))
    signup = cast.volunteering("finn", earlier, at=starts_at - timedelta(days=19))
    Signup.objects.filter(pk=signup.pk).update(mark=Signup.Mark.ABSENT, marked_at=cast.NOW)
    assert seek_help_for_short_shifts(DUE) == "help sought for 1 shifts"
    assert told("shift_offered") == ["gin"]
    assert cast.shift_of(event).help_sought_at == DUE


def test_a_shift_planned_afterwards_raises_no_alarm() -> None:
    event = full_event(minimum=0)
    plan_shift(event=event, plan=cast.teardown_plan(), guarantees_seat=True, at=DUE, by=cast.person("aiko"))
    assert seek_help_for_short_shifts(DUE + timedelta(minutes=1)) == "help sought for 0 shifts"


def test_no_one_is_missing_before_registration_was_open_for_a_day() -> None:
    """Until it opens no one can take a shift (RULES 66, 220). The dashboard names the same time."""
    event = full_event()
    opens_at = DUE - timedelta(hours=6)
    Event.objects.filter(pk=event.pk).update(registration_opens_at=opens_at)
    event.refresh_from_db()
    usual = opens_at + timedelta(days=1)
    assert usual_help_at(event, event.slots.all()) == usual
    assert seek_help_for_short_shifts(usual - timedelta(seconds=1)) == "help sought for 0 shifts"
    assert seek_help_for_short_shifts(usual) == "help sought for 1 shifts"
