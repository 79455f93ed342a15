"""Between the end of free cancellation and the end of promotion, a seat goes to the next person if they accept (RULES 5 to 8)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from meetups.communities.permissions import Role
from meetups.core.links import offer_token
from meetups.events.models import Event
from meetups.lifecycle.actions.cancel_event import cancel_event
from meetups.lifecycle.actions.change_event import change_event
from meetups.lifecycle.invariants import breaches
from meetups.lifecycle.participants import part_of
from meetups.notifications.email_registry import KINDS
from meetups.notifications.models import Notification
from meetups.registrations.actions.arrivals.check_in import check_in
from meetups.registrations.actions.offers.decline_offer import decline_offer
from meetups.registrations.actions.offers.keep_seat import SeatHasGone, keep_seat
from meetups.registrations.actions.slots.change_capacity import change_capacity
from meetups.registrations.models import Offer, Registration, Slot
from meetups.registrations.pen.seat_offers import OfferIsOver
from meetups.registrations.tasks import pass_on
from meetups.reminders.emails import ReminderKind
from tests.support import cast
from tests.support.scenes.hand_over_scene import (
    CANCELLED,
    CONFIRMED,
    FREE_UNTIL,
    LATER,
    SIX_HOURS,
    STOPS,
    WAITLISTED,
    accept,
    leave,
    of,
    offer_to,
    one_seat_and_two_who_wait,
    state,
    told,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def invariants_hold(db: None) -> Iterator[None]:
    yield
    assert breaches() == []


@pytest.fixture
def event() -> Event:
    return one_seat_and_two_who_wait()


@pytest.fixture
def promotion_has_stopped() -> Iterator[None]:
    """The invariants use the database's own clock, which is before the event. So the deadlines are moved after the test."""
    yield
    Slot.objects.update(free_cancellation_ends_at=cast.NOW, promotion_stops_at=cast.NOW)


def test_until_free_cancellation_ends_the_next_moves_up_at_once(event: Event) -> None:
    assert leave("dan", FREE_UNTIL - timedelta(seconds=1))
    assert state("emi") == CONFIRMED
    assert not Offer.objects.exists()


def test_between_the_deadlines_the_seat_is_offered_and_stays_hers_until_somebody_takes_it(event: Event) -> None:
    assert not leave("dan")
    assert (state("dan"), state("emi")) == (CONFIRMED, WAITLISTED)
    offer = offer_to("emi")
    assert offer.answer_by == LATER + SIX_HOURS
    assert "handing_over" in told("dan")
    assert "seat_offered" in told("emi")
    assert "seat_offered" not in told("finn")
    accept("emi")
    assert (state("dan"), state("emi")) == (CANCELLED, CONFIRMED)
    assert told("dan")[-1] == "handed_over"
    assert told("emi")[-1] == "promoted"
    assert event.slots.get().taken == 1


def test_accepting_twice_is_accepting_once(event: Event) -> None:
    leave("dan")
    accept("emi")
    assert accept("emi").state == Offer.State.ACCEPTED
    assert told("emi").count("promoted") == 1


def test_if_nobody_waits_she_simply_leaves() -> None:
    event = cast.event(slots=[cast.first_come_plan(1)])
    cast.registered("dan", event)
    assert leave("dan")
    assert state("dan") == CANCELLED


def test_without_an_answer_the_seat_goes_to_the_next_and_the_first_keeps_her_place(event: Event) -> None:
    leave("dan")
    first = offer_to("emi")
    pass_on(first.answer_by - timedelta(seconds=1))
    assert offer_to("emi").state == Offer.State.OPEN
    pass_on(first.answer_by)
    assert offer_to("emi").state == Offer.State.LAPSED
    assert offer_to("finn").is_open(first.answer_by)
    assert state("emi") == WAITLISTED
    assert told("emi")[-1] == "offer_ended"
    with pytest.raises(OfferIsOver):
        accept("emi", first.answer_by)
    accept("finn", first.answer_by)
    assert (state("finn"), state("dan")) == (CONFIRMED, CANCELLED)


def test_a_late_yes_is_refused_although_no_clock_has_run(event: Event) -> None:
    leave("dan")
    with pytest.raises(OfferIsOver):
        accept("emi", LATER + SIX_HOURS)
    assert state("dan") == CONFIRMED


def test_who_declines_leaves_the_queue_and_the_next_is_asked_at_once(event: Event) -> None:
    leave("dan")
    offer = decline_offer(offer=offer_to("emi"), at=LATER, by=cast.person("emi"))
    assert decline_offer(offer=offer, at=LATER, by=cast.person("emi")).state == Offer.State.DECLINED
    assert state("emi") == CANCELLED
    assert told("emi").count("left") == 1
    assert offer_to("finn").state == Offer.State.OPEN


def test_when_the_last_in_the_queue_declines_the_giver_leaves(event: Event) -> None:
    leave("dan")
    for name in ("emi", "finn"):
        decline_offer(offer=offer_to(name), at=LATER, by=cast.person(name))
    assert state("dan") == CANCELLED
    assert event.slots.get().taken == 0


def test_an_answer_is_never_due_after_promotion_stops(event: Event) -> None:
    leave("dan", STOPS - timedelta(hours=1))
    assert offer_to("emi").answer_by == STOPS


@pytest.mark.usefixtures("promotion_has_stopped")
def test_at_promotion_stop_who_still_hands_over_leaves_and_that_is_no_absence(event: Event) -> None:
    leave("dan", STOPS - timedelta(hours=1))
    pass_on(STOPS)
    dan = of("dan")
    assert dan.state == CANCELLED
    assert dan.absent_at is None
    assert told("dan")[-1] == "left"
    assert state("emi") == WAITLISTED
    assert offer_to("emi").state == Offer.State.LAPSED


@pytest.mark.usefixtures("promotion_has_stopped")
def test_after_promotion_stops_one_can_still_leave_and_nobody_moves_up(event: Event) -> None:
    assert leave("dan", STOPS)
    assert (state("dan"), state("emi")) == (CANCELLED, WAITLISTED)
    assert not Offer.objects.exists()


def test_she_can_take_it_back_until_somebody_has_taken_it(event: Event) -> None:
    leave("dan")
    keep_seat(registration=of("dan"), at=LATER, by=cast.person("dan"))
    assert of("dan").hands_over_at is None
    assert offer_to("emi").state == Offer.State.WITHDRAWN
    assert told("emi")[-1] == "offer_ended"
    with pytest.raises(OfferIsOver):
        accept("emi")
    keep_seat(registration=of("dan"), at=LATER, by=cast.person("dan"))
    assert told("dan").count("seat_kept") == 1
    leave("dan")
    accept("emi")
    with pytest.raises(SeatHasGone):
        keep_seat(registration=of("dan"), at=LATER, by=cast.person("dan"))


def test_passing_on_twice_asks_one_person(event: Event) -> None:
    leave("dan")
    assert not leave("dan")
    assert Offer.objects.count() == 1
    assert told("dan").count("handing_over") == 1


def test_two_seats_are_offered_to_two_people() -> None:
    event = cast.event(slots=[cast.first_come_plan(2)])
    for name in ("dan", "gin", "emi", "finn"):
        cast.registered(name, event)
    leave("dan")
    leave("gin")
    assert {offer.taker.person.email[:4] for offer in Offer.objects.open()} == {"emi@", "finn"}
    accept("finn")
    accept("emi")
    assert [state(name) for name in ("dan", "gin", "emi", "finn")] == [CANCELLED, CANCELLED, CONFIRMED, CONFIRMED]


def test_when_the_last_who_waits_has_a_seat_others_who_cannot_come_leave() -> None:
    event = cast.event(slots=[cast.first_come_plan(2)])
    for name in ("dan", "gin", "emi"):
        cast.registered(name, event)
    leave("dan")
    leave("gin")
    client = Client()
    with time_machine.travel(LATER, tick=False):
        client.post(reverse("offer", args=[offer_token(offer_to("emi").pk)]), {"answer": "yes"})
    assert [state(name) for name in ("dan", "gin", "emi")] == [CANCELLED, CANCELLED, CONFIRMED]
    assert told("gin")[-1] == "left"


def test_a_waitlisted_person_can_always_leave(event: Event) -> None:
    assert leave("finn", cast.NOW)
    leave("dan")
    assert leave("emi")
    assert state("emi") == CANCELLED
    assert offer_to("emi").state == Offer.State.WITHDRAWN
    # The queue is empty now, so Dan has left as well.
    assert state("dan") == CANCELLED
    cast.registered("gin", event, at=LATER)
    cast.registered("hana", event, at=LATER)
    assert leave("hana", STOPS + timedelta(hours=1))
    assert leave("gin", cast.STARTS_AT + timedelta(minutes=10))


def test_whoever_joins_the_queue_while_a_seat_is_handed_over_is_asked_when_it_is_her_turn(event: Event) -> None:
    leave("dan")
    for name in ("emi", "finn"):
        pass_on(offer_to(name).answer_by)
    assert not Offer.objects.open().exists()
    at = LATER + 2 * SIX_HOURS
    cast.registered("gin", event, at=at)
    assert offer_to("gin").state == Offer.State.OPEN


def test_an_organizer_cancels_at_once(event: Event) -> None:
    ben = cast.member("ben", Role.ORGANIZER)
    leave("dan")
    assert leave("dan", by=ben)
    assert (state("dan"), state("emi")) == (CANCELLED, CONFIRMED)
    assert offer_to("emi").state == Offer.State.WITHDRAWN


def test_a_free_seat_is_better_than_an_offer(event: Event) -> None:
    leave("dan")
    change_capacity(slot=event.slots.get(), capacity=2, at=LATER, by=cast.person("aiko"))
    assert state("emi") == CONFIRMED
    assert offer_to("emi").state == Offer.State.WITHDRAWN
    assert offer_to("finn").state == Offer.State.OPEN
    assert state("dan") == CONFIRMED


def test_who_comes_all_the_same_keeps_the_seat() -> None:
    """Online, promotion stops at the start: an attendee can be checked in while their seat is on offer."""
    event = cast.online_event(slots=[cast.first_come_plan(1)])
    for name in ("dan", "emi"):
        cast.registered(name, event)
    at = event.starts_at - timedelta(minutes=30)
    assert not leave("dan", at)
    check_in(registration=of("dan"), at=at, by=cast.person("aiko"))
    with pytest.raises(OfferIsOver):
        accept("emi", at)
    pass_on(event.starts_at)
    assert (state("dan"), state("emi")) == (CONFIRMED, WAITLISTED)


def move(event: Event, by: timedelta, *, at: Any = LATER) -> None:
    change_event(
        event=event,
        fields={"starts_at": event.starts_at + by, "ends_at": event.ends_at + by},
        at=at,
        by=cast.person("aiko"),
    )


def test_moved_to_a_later_day_seats_go_to_the_next_at_once_again(event: Event) -> None:
    leave("dan")
    move(event, timedelta(days=7))
    assert (state("dan"), state("emi")) == (CANCELLED, CONFIRMED)
    assert offer_to("emi").state == Offer.State.WITHDRAWN


def test_moved_to_an_earlier_hour_the_answer_is_due_earlier_and_whoever_was_asked_hears_of_it(event: Event) -> None:
    at = STOPS - timedelta(hours=7)
    leave("dan", at)
    move(event, -timedelta(hours=3), at=at)
    assert offer_to("emi").answer_by == STOPS - timedelta(hours=3)
    assert told("emi").count("seat_offered") == 2


@pytest.mark.usefixtures("promotion_has_stopped")
def test_moved_so_that_promotion_has_stopped_the_offer_ends(event: Event) -> None:
    at = STOPS - timedelta(hours=7)
    leave("dan", at)
    move(event, -timedelta(hours=10), at=at)
    assert (state("dan"), state("emi")) == (CANCELLED, WAITLISTED)
    assert not Offer.objects.open().exists()


def test_a_cancelled_event_passes_nothing_on(event: Event) -> None:
    leave("dan")
    cancel_event(event=event, at=LATER, by=cast.person("aiko"))
    pass_on(STOPS)
    assert state("dan") == CONFIRMED
    assert offer_to("emi").state == Offer.State.OPEN
    client = Client()
    with time_machine.travel(LATER, tick=False):
        assert (
            client.post(reverse("offer", args=[offer_token(offer_to("emi").pk)]), {"answer": "yes"}).status_code == 409
        )


def test_a_lottery_slot_hands_over_after_its_draw() -> None:
    event = cast.event(slots=[cast.lottery_plan(1)])
    for name in ("dan", "emi"):
        cast.registered(name, event)
    cast.draw(event)
    winner = "dan" if state("dan") == CONFIRMED else "emi"
    other = {"dan": "emi", "emi": "dan"}[winner]
    assert not leave(winner)
    accept(other)
    assert (state(winner), state(other)) == (CANCELLED, CONFIRMED)


def test_who_hands_over_is_not_reminded_of_a_seat(event: Event) -> None:
    reminder = KINDS["reminder_eve"]
    assert isinstance(reminder, ReminderKind)
    row = Notification(key="reminder_eve:1:event:1:1")
    assert reminder.has_part(event, part_of(event, cast.person("dan")), row)
    leave("dan")
    assert not reminder.has_part(event, part_of(event, cast.person("dan")), row)


def test_a_pair_gets_no_offer_of_a_single_seat() -> None:
    event = cast.event(slots=[cast.first_come_plan(1)])
    Slot.objects.filter(event=event).update(takes_pairs=True)
    cast.registered("dan", event)
    first, second = cast.registered("emi", event), cast.registered("gin", event)
    Registration.objects.filter(pk=second.pk).update(lead=first, place=first.place)
    cast.registered("finn", event)
    leave("dan")
    assert offer_to("finn").state == Offer.State.OPEN
    assert Offer.objects.count() == 1
