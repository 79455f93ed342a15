"""Unusual orders of events that happen in practice."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.core import mail
from icalendar import Calendar

from meetups.communities.permissions import Role
from meetups.events.models import Event
from meetups.lifecycle.actions.cancel_event import cancel_event
from meetups.lifecycle.actions.change_event import DrawIsAnnounced, change_event
from meetups.lifecycle.actions.leave_event import leave_event
from meetups.lifecycle.invariants import breaches
from meetups.lifecycle.new_event import DateHasPassed
from meetups.notifications.actions.deliver import deliver
from meetups.notifications.models import Notification
from meetups.registrations.actions.arrivals.check_in import check_in
from meetups.registrations.actions.lottery.draw_lottery import draw_lottery
from meetups.registrations.actions.lottery.fetch_randomness import fetch_randomness
from meetups.registrations.actions.registration.change_slot import WouldWait, change_slot
from meetups.registrations.actions.slots.change_capacity import SeatsComeFromShifts, change_capacity
from meetups.registrations.models import Lottery, Registration, Slot
from meetups.registrations.refusals import AlreadyRegistered, EventClosed, NoLongerRegistered, TooSoonForALottery
from meetups.registrations.tasks import freeze_lotteries
from meetups.volunteers.actions.signups.step_down import step_down
from tests.support import cast

pytestmark = pytest.mark.django_db
State = Registration.State
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def invariants_hold(db: None) -> Iterator[None]:
    yield
    assert breaches() == []


def told(kind: str) -> set[str]:
    emails = Notification.objects.filter(kind=kind).values_list("recipient__email", flat=True)
    return {email.partition("@")[0] for email in emails}


def move(event: Event, distance: timedelta, *, at: datetime = cast.NOW, **more: object) -> Event:
    fields: dict[str, object] = {"starts_at": event.starts_at + distance, "ends_at": event.ends_at + distance, **more}
    return change_event(event=event, fields=fields, at=at, by=cast.person("aiko")).event


def test_organizers_hear_of_an_empty_shift_also_when_the_volunteer_leaves_the_whole_event() -> None:
    event = cast.event()
    cast.volunteering("emi", event)
    leave_event(event=event, person=cast.person("emi"), at=cast.STARTS_AT - HOUR, by=cast.person("emi"))
    assert told("stepped_down_late") == {"aiko"}


def test_who_leaves_with_shift_and_talk_is_told_once() -> None:
    event = cast.event(slots=[cast.first_come_plan(), cast.duty_plan(), cast.invited_plan()])
    cast.volunteering("emi", event)
    cast.talk("emi", event)
    before = Notification.objects.filter(recipient=cast.person("emi")).count()
    leave_event(event=event, person=cast.person("emi"), at=cast.NOW, by=cast.person("aiko"))
    news = Notification.objects.filter(recipient=cast.person("emi")).order_by("pk")[before:]
    # Talk and shift have calendar entries of their own, and go from there, too. All are in one mail.
    assert [one.kind for one in news] == ["talk_off_programme", "shift_off_calendar", "removed"]
    deliver(at=cast.NOW)
    [sent] = [sent for sent in mail.outbox if sent.to == ["emi@example.org"]]
    assert sent.subject.startswith("主催者によるキャンセル")
    parts = [part for part in sent.message().walk() if part.get_content_type() == "text/calendar"]
    files = [Calendar.from_ical(str(part.get_content())) for part in parts]
    assert {file["METHOD"] for file in files} == {"CANCEL"}
    assert len({entry["UID"] for file in files for entry in file.walk("VEVENT")}) == 3


def test_a_shift_at_a_cancelled_event_keeps_nobody_busy() -> None:
    event = cast.event()
    cast.volunteering("emi", event)
    cancel_event(event=event, at=cast.NOW, by=cast.person("aiko"))
    assert cast.volunteering("emi", cast.event(title="代わりの会")).shift.taken == 1


def test_a_later_date_lets_the_queue_move_up_into_what_became_free() -> None:
    event = cast.event(slots=[cast.first_come_plan(1)])
    dan, finn = cast.registered("dan", event), cast.registered("finn", event)
    late = cast.STARTS_AT - 2 * HOUR
    leave_event(event=event, person=dan.person, at=late, by=dan.person)
    move(event, 300 * DAY, at=late)
    finn.refresh_from_db()
    assert finn.state == State.CONFIRMED


def test_a_slip_of_the_pen_in_the_year_is_refused_and_draws_nothing() -> None:
    event = cast.event()
    cast.registered("dan", event)
    with pytest.raises(DateHasPassed):
        move(event, -365 * DAY)
    assert Lottery.objects.get().draws_at == cast.DRAWS_AT


def test_an_event_does_not_move_so_near_that_no_draw_fits() -> None:
    event = cast.event()
    with pytest.raises(TooSoonForALottery):
        move(event, cast.NOW + timedelta(minutes=40) - event.starts_at)
    assert Event.objects.get().starts_at == cast.STARTS_AT


def test_an_event_does_not_move_before_a_draw_whose_entries_have_closed() -> None:
    event = cast.event()
    cast.registered("dan", event)
    freeze_lotteries(at=cast.CLOSES_AT)
    with pytest.raises(DrawIsAnnounced):
        move(event, cast.DRAWS_AT - event.starts_at - HOUR, at=cast.CLOSES_AT)


def test_a_second_account_of_a_mailbox_cannot_end_or_lock_the_seat_of_the_first() -> None:
    event = cast.event()
    dan = cast.registered("dan", event)
    alias = cast.person("dan+x")
    with pytest.raises(NoLongerRegistered):
        leave_event(event=event, person=alias, at=cast.NOW, by=alias)
    with pytest.raises(AlreadyRegistered):
        cast.volunteering(alias, event)
    with pytest.raises(AlreadyRegistered):
        cast.talk(alias, event)
    leave_event(event=event, person=dan.person, at=cast.NOW, by=dan.person)
    assert not Registration.objects.active().exists()


def test_correcting_an_event_that_is_over_mails_nobody() -> None:
    event = cast.event(slots=[cast.first_come_plan()])
    cast.registered("dan", event)
    change_event(event=event, fields={"venue_name": "六本木 19F"}, at=cast.ENDS_AT + DAY, by=cast.person("aiko"))
    assert told("event_changed") == set()


def test_stepping_down_in_the_middle_of_the_event_erases_no_attendance() -> None:
    event = cast.event()
    signup = cast.volunteering("emi", event)
    seat = Registration.objects.get()
    check_in(registration=seat, at=cast.STARTS_AT, by=cast.member("chie", Role.RECEPTION))
    step_down(signup=signup, at=cast.STARTS_AT + HOUR, by=signup.volunteer)
    seat.refresh_from_db()
    assert (seat.state, seat.checked_in_at) == (State.CONFIRMED, cast.STARTS_AT)


def test_stepping_down_leads_into_the_lottery_also_where_another_slot_comes_first() -> None:
    event = cast.event(slots=[cast.first_come_plan(1), cast.lottery_plan(), cast.duty_plan()])
    cast.registered("dan", event)
    signup = cast.volunteering("emi", event)
    step_down(signup=signup, at=cast.NOW, by=signup.volunteer)
    assert Registration.objects.get(attendee=signup.volunteer).state == State.APPLIED


def test_a_seat_is_not_given_up_for_a_draw_without_asking() -> None:
    event = cast.event(slots=[cast.first_come_plan(1), cast.lottery_plan()])
    dan = cast.registered("dan", event)
    lottery = cast.slot_of(event, Slot.Admission.LOTTERY)
    with pytest.raises(WouldWait):
        change_slot(registration=dan, slot=lottery, at=cast.NOW)
    change_slot(registration=dan, slot=lottery, at=cast.NOW, accept_waiting=True)
    dan.refresh_from_db()
    assert dan.state == State.APPLIED


def test_nothing_is_drawn_for_a_cancelled_event() -> None:
    event = cast.event()
    cast.registered("dan", event)
    freeze_lotteries(at=cast.CLOSES_AT)
    cancel_event(event=event, at=cast.CLOSES_AT, by=cast.person("aiko"))
    lottery = fetch_randomness(lottery=Lottery.objects.get(), at=cast.DRAWS_AT)
    assert lottery.state == Lottery.State.FROZEN
    with pytest.raises(EventClosed):
        draw_lottery(lottery=lottery, at=cast.DRAWS_AT, by=cast.person("aiko"))


def test_a_shift_taken_in_the_evening_does_not_make_an_old_seat_new() -> None:
    """The evening reminder goes to everyone whose seat is older. A new shift must not make Dan's seat count as new."""
    event = cast.event(slots=[cast.first_come_plan(), cast.duty_plan()])
    dan = cast.registered("dan", event)
    cast.volunteering("dan", event, at=cast.STARTS_AT - DAY)
    dan.refresh_from_db()
    assert dan.confirmed_at == cast.NOW


def test_the_seats_of_a_duty_slot_come_from_its_shifts_alone() -> None:
    event = cast.event()
    duty = cast.slot_of(event, Slot.Admission.DUTY)
    with pytest.raises(SeatsComeFromShifts):
        change_capacity(slot=duty, capacity=9, at=cast.NOW, by=cast.person("aiko"))
