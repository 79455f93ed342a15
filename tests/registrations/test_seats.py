"""Seats, in the order of the rules."""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from meetups.accounts.models import User
from meetups.communities.permissions import Role
from meetups.events.models import Event
from meetups.lifecycle.actions.cancel_event import cancel_event
from meetups.lifecycle.actions.leave_event import leave_event
from meetups.lifecycle.invariants import breaches
from meetups.notifications.models import Notification
from meetups.registrations.actions.arrivals.check_in import NoSeatToCheckIn, check_in
from meetups.registrations.actions.registration.change_slot import WouldWait, change_slot
from meetups.registrations.actions.registration.register import register
from meetups.registrations.actions.slots.change_capacity import change_capacity
from meetups.registrations.models import Registration, Slot
from meetups.registrations.refusals import (
    AlreadyRegistered,
    EventClosed,
    NoLongerRegistered,
    NotForEveryone,
    RegistrationClosed,
    SeatsTaken,
)
from tests.support import cast

pytestmark = pytest.mark.django_db
CONFIRMED, WAITLISTED = Registration.State.CONFIRMED, Registration.State.WAITLISTED


def small(capacity: int = 2, **fields: Any) -> Event:
    """A first-come event with few seats."""
    return cast.event(slots=[cast.first_come_plan(capacity)], **fields)


def leave(registration: Registration, *, by: User | None = None) -> None:
    leave_event(event=registration.event, person=registration.person, at=cast.NOW, by=by or registration.person)


def states(event: Event) -> dict[str, str]:
    rows = Registration.objects.active().filter(event=event).values_list("attendee__email", "state")
    return {email.partition("@")[0]: state for email, state in rows}


def told(name: str) -> list[str]:
    """The kinds of message that `name` got, in order."""
    return list(Notification.objects.filter(recipient=cast.person(name)).order_by("pk").values_list("kind", flat=True))


@pytest.fixture(autouse=True)
def invariants_hold(db: None) -> Iterator[None]:
    yield
    assert breaches() == []


def test_who_comes_first_has_a_seat_and_who_comes_later_waits_in_order() -> None:
    event = small(2)
    for name in ("dan", "emi", "finn", "guest"):
        cast.registered(name, event)
    assert states(event) == {"dan": CONFIRMED, "emi": CONFIRMED, "finn": WAITLISTED, "guest": WAITLISTED}
    queue = Registration.objects.filter(event=event).waiting()
    assert [registration.person.name for registration in queue] == ["フィン", "Guest"]


def test_a_person_has_one_place_at_an_event() -> None:
    event = small()
    cast.registered("dan", event)
    with pytest.raises(AlreadyRegistered):
        cast.registered("dan", event)


def test_a_second_account_with_the_same_mailbox_is_the_same_person() -> None:
    event = small()
    cast.registered("dan", event)
    with pytest.raises(AlreadyRegistered):
        cast.registered("dan+second", event)


def test_sending_the_form_twice_gives_the_first_answer() -> None:
    event = small()
    request_id = uuid.uuid4()
    slot = cast.slot_of(event, Slot.Admission.FIRST_COME)
    first = register(slot=slot, attendee=cast.person("dan"), at=cast.NOW, request_id=request_id)
    again = register(slot=slot, attendee=cast.person("dan"), at=cast.NOW, request_id=request_id)
    assert first.pk == again.pk
    assert told("dan") == ["seat_confirmed"]


def test_cancelling_promotes_the_first_in_the_queue_and_tells_her_and_not_the_one_who_left() -> None:
    """codebar#1706: the promotion mail went to the person who cancelled."""
    event = small(1)
    dan = cast.registered("dan", event)
    cast.registered("emi", event)
    cast.registered("finn", event)
    leave(dan)
    assert states(event) == {"emi": CONFIRMED, "finn": WAITLISTED}
    assert told("emi") == ["seat_waitlisted", "promoted"]
    assert told("dan") == ["seat_confirmed", "left"]


def test_an_organizer_who_cancels_somebody_promotes_too() -> None:
    """codebar#184: after an organizer's cancellation, no one was promoted."""
    event = small(1)
    dan = cast.registered("dan", event)
    cast.registered("emi", event)
    leave(dan, by=cast.member("ben", Role.ORGANIZER))
    assert states(event) == {"emi": CONFIRMED}
    assert told("dan") == ["seat_confirmed", "removed"]


def test_more_seats_promote_as_many_as_fit_in_order() -> None:
    event = small(1)
    for name in ("dan", "emi", "finn", "guest"):
        cast.registered(name, event)
    slot = cast.slot_of(event, Slot.Admission.FIRST_COME)
    change_capacity(slot=slot, capacity=3, at=cast.NOW, by=cast.person("aiko"))
    assert states(event) == {"dan": CONFIRMED, "emi": CONFIRMED, "finn": CONFIRMED, "guest": WAITLISTED}


def test_a_slot_does_not_shrink_below_what_is_taken_and_says_the_number() -> None:
    event = small(3)
    cast.registered("dan", event)
    cast.registered("emi", event)
    slot = cast.slot_of(event, Slot.Admission.FIRST_COME)
    with pytest.raises(SeatsTaken, match="2"):
        change_capacity(slot=slot, capacity=1, at=cast.NOW, by=cast.person("aiko"))
    assert change_capacity(slot=slot, capacity=2, at=cast.NOW, by=cast.person("aiko")).capacity == 2


def test_a_newcomer_never_overtakes_the_queue() -> None:
    """A seat becomes free after promotion has stopped: it goes neither to the queue nor to a newcomer."""
    event = small(1)
    dan = cast.registered("dan", event)
    cast.registered("emi", event)
    late = cast.STARTS_AT - timedelta(hours=2)
    leave_event(event=event, person=dan.person, at=late, by=dan.person)
    assert cast.slot_of(event, Slot.Admission.FIRST_COME).seats_left == 1
    assert cast.registered("finn", event, at=late).state == WAITLISTED
    Slot.objects.filter(event=event).update(promotion_stops_at=cast.NOW, free_cancellation_ends_at=cast.NOW)


def test_who_waits_can_leave_at_any_time() -> None:
    """onlineweb4#951: a person in the queue could not leave after the deadline."""
    event = small(1)
    cast.registered("dan", event)
    emi = cast.registered("emi", event)
    leave_event(event=event, person=emi.person, at=cast.STARTS_AT + timedelta(minutes=5), by=emi.person)
    assert states(event) == {"dan": CONFIRMED}


def test_leaving_twice_is_told_so() -> None:
    event = small()
    dan = cast.registered("dan", event)
    leave(dan)
    with pytest.raises(NoLongerRegistered):
        leave(dan)


def test_coming_back_means_the_end_of_the_queue() -> None:
    event = small(1)
    dan = cast.registered("dan", event)
    cast.registered("emi", event)
    cast.registered("finn", event)
    leave(dan)
    cast.registered("dan", event)
    queue = Registration.objects.filter(event=event).waiting()
    assert [registration.person.name for registration in queue] == ["フィン", "ダン"]


def test_closed_cancelled_and_finished_events_take_nobody() -> None:
    event = small()
    slot = cast.slot_of(event, Slot.Admission.FIRST_COME)
    with pytest.raises(RegistrationClosed):
        register(slot=slot, attendee=cast.person("dan"), at=cast.STARTS_AT)
    with pytest.raises(EventClosed):
        register(slot=slot, attendee=cast.person("dan"), at=cast.ENDS_AT)
    cancel_event(event=event, at=cast.NOW, by=cast.person("aiko"))
    with pytest.raises(EventClosed):
        register(slot=slot, attendee=cast.person("dan"), at=cast.NOW)
    assert states(event) == {}


def test_a_draft_takes_nobody() -> None:
    event = small(publish=False)
    with pytest.raises(EventClosed):
        cast.registered("dan", event)


def test_duty_and_invited_slots_are_not_for_the_asking() -> None:
    event = cast.event(slots=[cast.first_come_plan(), cast.duty_plan(), cast.invited_plan()])
    for admission in (Slot.Admission.DUTY, Slot.Admission.INVITED):
        with pytest.raises(NotForEveryone):
            cast.registered("dan", event, slot=cast.slot_of(event, admission))


def test_changing_slot_frees_the_old_seat_for_who_waits_there() -> None:
    event = cast.event(slots=[cast.first_come_plan(1), cast.first_come_plan(1, name="学生枠")])
    one, two = event.slots.in_order()
    dan = cast.registered("dan", event, slot=one)
    cast.registered("emi", event, slot=one)
    change_slot(registration=dan, slot=two, at=cast.NOW)
    assert states(event) == {"dan": CONFIRMED, "emi": CONFIRMED}


def test_a_change_that_would_cost_the_seat_is_made_only_with_consent() -> None:
    event = cast.event(slots=[cast.first_come_plan(1), cast.first_come_plan(1, name="学生枠")])
    one, two = event.slots.in_order()
    dan = cast.registered("dan", event, slot=one)
    cast.registered("emi", event, slot=two)
    with pytest.raises(WouldWait):
        change_slot(registration=dan, slot=two, at=cast.NOW)
    assert states(event)["dan"] == CONFIRMED
    change_slot(registration=dan, slot=two, at=cast.NOW, accept_waiting=True)
    assert states(event)["dan"] == WAITLISTED


def test_after_promotion_stops_one_can_leave_and_nobody_moves_up() -> None:
    event = small(1)
    dan = cast.registered("dan", event)
    cast.registered("emi", event)
    leave_event(event=event, person=dan.person, at=cast.STARTS_AT - timedelta(hours=23), by=dan.person)
    assert states(event) == {"emi": WAITLISTED}
    Slot.objects.filter(event=event).update(promotion_stops_at=cast.NOW, free_cancellation_ends_at=cast.NOW)


def test_only_who_has_a_seat_checks_in() -> None:
    event = small(1)
    dan, emi = cast.registered("dan", event), cast.registered("emi", event)
    chie = cast.member("chie", Role.RECEPTION)
    assert check_in(registration=dan, at=cast.STARTS_AT, by=chie).checked_in_at == cast.STARTS_AT
    later = cast.STARTS_AT + timedelta(minutes=1)
    assert check_in(registration=dan, at=later, by=chie).checked_in_at == cast.STARTS_AT
    with pytest.raises(NoSeatToCheckIn):
        check_in(registration=emi, at=cast.STARTS_AT, by=chie)


def test_a_missing_message_a_lost_step_and_a_wrong_count_are_found() -> None:
    """The invariants can fail: each one is broken once, by hand."""
    event = small(1)
    dan = cast.registered("dan", event)
    emi = cast.registered("emi", event)
    assert breaches() == []
    Notification.objects.filter(subject=dan.subject).delete()
    Registration.objects.filter(pk=emi.pk).update(state="cancelled", place=None)
    Slot.objects.filter(event=event).update(taken=0)
    broken = [invariant.rule for invariant, _rows in breaches()]
    assert [rule.split()[0] for rule in broken] == ["The", "The", "Each"]
    Registration.objects.all().delete()
    Slot.objects.all().update(taken=0)
