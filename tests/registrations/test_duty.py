"""A teardown volunteer has a guaranteed seat. A volunteer who steps down gets what the page promised."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
import time_machine

from meetups.events.models import Event
from meetups.lifecycle.actions.leave_event import leave_event
from meetups.lifecycle.invariants import breaches
from meetups.notifications.models import Notification
from meetups.registrations.models import Registration, Slot
from meetups.registrations.refusals import EventClosed
from meetups.speakers.actions.talks.confirm_talk import confirm_talk
from meetups.speakers.actions.talks.withdraw_talk import withdraw_talk
from meetups.speakers.models import Talk
from meetups.volunteers.actions.shifts.plan_shift import plan_shift
from meetups.volunteers.actions.signups.sign_up import ShiftIsFull
from meetups.volunteers.actions.signups.step_down import step_down
from meetups.volunteers.models import Shift
from meetups.volunteers.refusals import ShiftIsOver, ShiftsOverlap
from meetups.volunteers.shift_plan import ShiftPlan
from tests.support import cast

pytestmark = pytest.mark.django_db
State = Registration.State


@pytest.fixture(autouse=True)
def invariants_hold(db: None) -> Iterator[None]:
    yield
    assert breaches() == []


def place(name: str, event: Event) -> tuple[str, str]:
    """The admission of the slot that `name` is in, and their state there."""
    registration = (
        Registration.objects.active().select_related("slot").get(event=event, attendee__email=f"{name}@example.org")
    )
    return registration.slot.admission, registration.state


def first_come(capacity: int = 1) -> Event:
    return cast.event(slots=[cast.first_come_plan(capacity), cast.duty_plan(), cast.invited_plan(1)])


def test_taking_teardown_confirms_a_seat_before_the_draw_and_outside_it() -> None:
    event = cast.event()
    cast.registered("emi", event)
    cast.volunteering("emi", event)
    assert place("emi", event) == ("duty", State.CONFIRMED)
    cast.registered("dan", event)
    lottery = cast.draw(event)
    assert lottery.manifest.count("\n") == 6  # five lines of head and Dan
    assert place("emi", event) == ("duty", State.CONFIRMED)


def test_who_was_not_registered_has_a_seat_by_taking_teardown() -> None:
    event = first_come(1)
    cast.registered("dan", event)
    cast.volunteering("emi", event)
    assert place("emi", event) == ("duty", State.CONFIRMED)


def test_the_seat_that_a_volunteer_leaves_goes_to_who_waits() -> None:
    event = first_come(1)
    cast.registered("emi", event)
    cast.registered("dan", event)
    cast.volunteering("emi", event)
    assert place("dan", event) == ("first_come", State.CONFIRMED)


def test_who_lost_the_draw_has_a_seat_by_taking_teardown_and_leaves_her_place_in_the_queue() -> None:
    event = cast.event(slots=[cast.lottery_plan(1), cast.duty_plan()])
    for guest in cast.people(2):
        cast.registered(guest, event)
    cast.draw(event)
    loser = Registration.objects.filter(event=event).waiting()[0].person
    cast.volunteering(loser, event, at=cast.DRAWS_AT)
    assert not Registration.objects.filter(event=event, state=State.WAITLISTED).exists()
    assert cast.slot_of(event, Slot.Admission.DUTY).taken == 1


def test_the_seat_that_a_winner_leaves_for_teardown_goes_to_the_first_in_the_queue() -> None:
    event = cast.event(slots=[cast.lottery_plan(1), cast.duty_plan()])
    for guest in cast.people(3):
        cast.registered(guest, event)
    cast.draw(event)
    winner = Registration.objects.confirmed().get(event=event).person
    first = Registration.objects.filter(event=event).waiting()[0]
    cast.volunteering(winner, event, at=cast.DRAWS_AT)
    first.refresh_from_db()
    assert (first.state, first.slot.admission) == (State.CONFIRMED, Slot.Admission.LOTTERY)


def test_who_takes_teardown_between_closing_and_draw_is_not_drawn_as_well() -> None:
    event = cast.event(slots=[cast.lottery_plan(1), cast.duty_plan()])
    cast.registered("emi", event)
    cast.registered("dan", event)
    cast.volunteering("emi", event, at=cast.CLOSES_AT)
    cast.draw(event)
    assert place("emi", event) == ("duty", State.CONFIRMED)
    assert place("dan", event) == ("lottery", State.CONFIRMED)


def test_changing_from_one_shift_to_another_keeps_the_one_seat() -> None:
    event = cast.event(slots=[cast.lottery_plan(1), cast.duty_plan()])
    one = cast.volunteering("emi", event)
    same_time = ShiftPlan(
        Shift.Phase.TEARDOWN, Shift.Role.TEARDOWN, "ゴミ出し", cast.ENDS_AT, cast.ENDS_AT + timedelta(minutes=30), 1, 4
    )
    early = ShiftPlan(
        Shift.Phase.SETUP, Shift.Role.SETUP, "設営", cast.STARTS_AT - timedelta(hours=1), cast.STARTS_AT, 1, 4
    )
    bins, setup = (
        plan_shift(event=event, plan=plan, guarantees_seat=True, at=cast.NOW, by=cast.person("aiko"))
        for plan in (same_time, early)
    )
    two = cast.volunteering("emi", event, shift=setup)
    step_down(signup=one, at=cast.NOW, by=one.volunteer)
    cast.volunteering("emi", event, shift=bins)
    step_down(signup=two, at=cast.NOW, by=two.volunteer)
    assert place("emi", event) == ("duty", State.CONFIRMED)
    assert cast.slot_of(event, Slot.Admission.DUTY).taken == 1


def test_stepping_down_after_the_draw_leads_behind_all_who_wait() -> None:
    event = cast.event(slots=[cast.lottery_plan(1), cast.duty_plan()])
    signup = cast.volunteering("emi", event)
    for guest in cast.people(3):
        cast.registered(guest, event)
    cast.draw(event)
    step_down(signup=signup, at=cast.DRAWS_AT, by=signup.volunteer)
    queue = Registration.objects.filter(event=event).waiting()
    assert [registration.person.name for registration in queue][-1] == "絵美"
    assert queue.count() == 3


def test_stepping_down_before_entries_close_leads_back_into_the_lottery() -> None:
    event = cast.event()
    first = cast.registered("emi", event).entry_id
    signup = cast.volunteering("emi", event)
    step_down(signup=signup, at=cast.NOW, by=signup.volunteer)
    assert place("emi", event) == ("lottery", State.APPLIED)
    again = Registration.objects.active().get(event=event).entry_id
    assert again
    assert again != first


def test_stepping_down_after_entries_close_leads_behind_the_whole_manifest() -> None:
    event = cast.event(slots=[cast.lottery_plan(1), cast.duty_plan()])
    signup = cast.volunteering("emi", event)
    for guest in cast.people(3):
        cast.registered(guest, event)
    step_down(signup=signup, at=cast.CLOSES_AT, by=signup.volunteer)
    assert place("emi", event) == ("lottery", State.WAITLISTED)
    cast.draw(event)
    queue = Registration.objects.filter(event=event).waiting()
    assert [registration.person.name for registration in queue][-1] == "絵美"
    assert queue.count() == 3


def test_stepping_down_where_a_seat_is_free_and_nobody_waits_keeps_a_seat() -> None:
    event = first_come(2)
    cast.registered("dan", event)
    signup = cast.volunteering("emi", event)
    step_down(signup=signup, at=cast.NOW, by=signup.volunteer)
    assert place("emi", event) == ("first_come", State.CONFIRMED)


def test_stepping_down_after_the_deadline_tells_organizers_at_once() -> None:
    event = first_come()
    signup = cast.volunteering("emi", event)
    late = signup.shift.step_down_until
    ended = step_down(signup=signup, at=late, by=signup.volunteer)
    assert ended.late
    organizers = Notification.objects.filter(kind="stepped_down_late")
    assert [notification.recipient for notification in organizers] == [cast.person("aiko")]


def test_a_full_shift_an_overlapping_shift_and_a_closed_event_say_why() -> None:
    event = cast.event(slots=[cast.first_come_plan(), cast.duty_plan()], shifts=[cast.teardown_plan(maximum=2)])
    cast.volunteering("emi", event)
    cast.volunteering("dan", event)
    with pytest.raises(ShiftIsFull):
        cast.volunteering("finn", event)
    plan = ShiftPlan(
        Shift.Phase.EVENT,
        Shift.Role.OTHER,
        "受付の片付け",
        cast.ENDS_AT - timedelta(minutes=30),
        cast.ENDS_AT + timedelta(minutes=10),
        1,
        1,
    )
    other = plan_shift(event=event, plan=plan, guarantees_seat=False, at=cast.NOW, by=cast.person("aiko"))
    with pytest.raises(ShiftsOverlap, match="撤収"):
        cast.volunteering("emi", event, shift=other)
    with pytest.raises(ShiftIsOver):
        cast.volunteering("finn", event, at=cast.ENDS_AT - timedelta(minutes=10), shift=other)
    with pytest.raises(EventClosed):
        cast.volunteering("finn", event, at=cast.ENDS_AT)


def test_two_shifts_are_one_seat_and_the_seat_falls_with_the_last() -> None:
    event = first_come(1)
    cast.registered("dan", event)
    one = cast.volunteering("emi", event)
    plan = ShiftPlan(
        Shift.Phase.SETUP, Shift.Role.SETUP, "設営", cast.STARTS_AT - timedelta(hours=1), cast.STARTS_AT, 1, 4
    )
    setup = plan_shift(event=event, plan=plan, guarantees_seat=True, at=cast.NOW, by=cast.person("aiko"))
    two = cast.volunteering("emi", event, shift=setup)
    assert cast.slot_of(event, Slot.Admission.DUTY).taken == 1
    step_down(signup=one, at=cast.NOW, by=one.volunteer)
    assert place("emi", event) == ("duty", State.CONFIRMED)
    step_down(signup=two, at=cast.NOW, by=two.volunteer)
    assert place("emi", event) == ("first_come", State.WAITLISTED)


def test_who_speaks_and_tears_down_keeps_the_seat_until_the_second_ends() -> None:
    event = first_come(1)
    cast.registered("dan", event)
    signup = cast.volunteering("emi", event)
    talk = cast.talk("emi", event)
    step_down(signup=signup, at=cast.NOW, by=signup.volunteer)
    assert place("emi", event) == ("invited", State.CONFIRMED)
    # The duty seat is free for the next volunteer.
    assert cast.slot_of(event, Slot.Admission.DUTY).taken == 0
    withdraw_talk(talk=talk, at=cast.NOW, by=talk.speaker)
    assert place("emi", event) == ("first_come", State.WAITLISTED)


def test_a_confirmed_talk_is_never_refused_for_lack_of_seats() -> None:
    event = first_come(1)
    cast.talk("emi", event)
    cast.talk("finn", event, title="Second")
    assert place("finn", event) == ("invited", State.CONFIRMED)
    assert Registration.objects.filter(event=event, above_capacity=True).count() == 1


def test_confirming_twice_changes_nothing() -> None:
    event = first_come(1)
    talk = cast.talk("emi", event)
    confirm_talk(talk=talk, speaker_slot_name="登壇者枠", at=cast.NOW, by=talk.speaker)
    assert Registration.objects.filter(event=event).count() == 1
    assert Talk.objects.get().state == Talk.State.CONFIRMED


def test_an_organizer_who_removes_a_person_ends_her_shift_and_her_talk() -> None:
    event = first_come(1)
    cast.volunteering("emi", event)
    cast.talk("emi", event)
    leave_event(event=event, person=cast.person("emi"), at=cast.NOW, by=cast.person("aiko"))
    assert not Registration.objects.active().filter(event=event).exists()
    assert cast.shift_of(event).taken == 0
    assert Talk.objects.get().state == Talk.State.WITHDRAWN


def lottery_of_one() -> Event:
    event = cast.event(slots=[cast.lottery_plan(1), cast.duty_plan()])
    for guest in cast.people(2):
        cast.registered(guest, event)
    return event


def drawn() -> Event:
    event = lottery_of_one()
    cast.volunteering("emi", event)
    cast.draw(event)
    return event


def full() -> Event:
    event = first_come(1)
    cast.registered("dan", event)
    return event


def lottery_behind_first_come() -> Event:
    return cast.event(slots=[cast.first_come_plan(5), cast.lottery_plan(1), cast.duty_plan()])


def speaking() -> Event:
    event = first_come(1)
    cast.talk("emi", event)
    return event


def at_the_door() -> Event:
    event = full()
    cast.volunteering("emi", event)
    Registration.objects.filter(event=event, attendee=cast.person("emi")).update(checked_in_at=cast.NOW)
    return event


def closed() -> Event:
    event = first_come(5)
    Slot.objects.filter(event=event).update(closes_at=cast.NOW + timedelta(minutes=1))
    return event


@pytest.mark.in_short(4)
@pytest.mark.parametrize(
    ("make", "at", "sentence", "note", "lands"),
    [
        (lottery_of_one, cast.NOW, "go back into the lottery for", "Back into the lottery", ("lottery", "applied")),
        (
            lottery_of_one,
            cast.CLOSES_AT,
            "after everyone in the draw",
            "You’ll be on the waitlist",
            ("lottery", "waitlisted"),
        ),
        (drawn, cast.DRAWS_AT, "(1 ahead of you)", "You’ll be on the waitlist", ("lottery", "waitlisted")),
        (full, cast.NOW, "be first on the waitlist", "You’ll be on the waitlist", ("first_come", "waitlisted")),
        (lambda: first_come(2), cast.NOW, "You keep a seat", "You get an open seat", ("first_come", "confirmed")),
        (
            lottery_behind_first_come,
            cast.NOW,
            "go back into the lottery for",
            "Back into the lottery",
            ("lottery", "applied"),
        ),
        (
            lottery_behind_first_come,
            cast.CLOSES_AT,
            "You keep a seat",
            "You get an open seat",
            ("first_come", "confirmed"),
        ),
        (
            speaking,
            cast.NOW,
            "it comes with another shift or your talk",
            "You keep your seat",
            ("invited", "confirmed"),
        ),
        (at_the_door, cast.NOW, "you’re checked in", "You keep your seat", ("duty", "confirmed")),
        (
            closed,
            cast.NOW + timedelta(hours=1),
            "Your registration is canceled too",
            "Your registration is canceled too",
            None,
        ),
    ],
)
def test_what_the_page_and_its_button_say_is_what_stepping_down_does(
    make: Callable[[], Event], at: datetime, sentence: str, note: str, lands: tuple[str, str] | None
) -> None:
    event = make()
    if not cast.shift_of(event).taken:
        cast.volunteering("emi", event)
    url = f"/events/{event.public_id}/shifts/{cast.shift_of(event).pk}/signup/end/"
    with time_machine.travel(at, tick=False):
        emi = cast.signed_in("emi")
        html = " ".join(emi.get(url).content.decode().split())
        assert sentence in html
        assert f">{note}</small>" in html
        emi.post(url)
    if lands is None:
        assert not Registration.objects.active().filter(event=event, attendee=cast.person("emi")).exists()
    else:
        assert place("emi", event) == lands
