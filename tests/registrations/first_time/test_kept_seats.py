"""Seats that are kept until a code is typed (RULES 27)."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine

from meetups.accounts.models import User
from meetups.events.models import Event
from meetups.lifecycle.actions.cancel_event import cancel_event
from meetups.lifecycle.actions.leave_event import leave_event
from meetups.registrations.actions.lottery.freeze_lottery import freeze_lottery
from meetups.registrations.models import HeldPlace, Lottery, Registration, Slot
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.unverified_places import code_of
from tests.registrations.first_time.steps import (
    NEW,
    State,
    ask,
    at_the_time_of_the_cast,
    code,
    enter,
    places,
    stranger,
    taken,
    url,
)
from tests.support import cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def then() -> Iterator[None]:
    yield from at_the_time_of_the_cast()


@pytest.fixture
def event() -> Event:
    return cast.event(slots=[cast.first_come_plan(20)])


class TestSeats:
    @pytest.mark.story
    def test_a_tenth_of_the_slot_at_a_time_is_kept(self, event: Event) -> None:
        """No one can hold seats in bulk: thirty addresses in thirty browsers hold two of twenty."""
        for number in range(30):
            assert ask(stranger(), event, f"bulk{number}@example.org").status_code == 302
        assert taken(event) == (2, 2)
        assert cast.registered("dan", event).state == State.CONFIRMED

    def test_at_least_one_is_kept(self) -> None:
        event = cast.event(slots=[cast.first_come_plan(3)])
        for number in range(3):
            ask(stranger(), event, f"new{number}@example.org")
        assert taken(event) == (1, 1)

    def test_beyond_that_the_page_says_that_no_seat_is_kept(self) -> None:
        event = cast.event(slots=[cast.first_come_plan(3)])
        ask(stranger(), event, "first@example.org")
        browser = stranger()
        ask(browser, event)
        html = browser.get(url(event, "code/")).content.decode()
        assert "No seat is reserved yet" in html
        enter(browser, event)
        assert Registration.objects.get().state == State.CONFIRMED

    def test_one_for_each_address_the_latest(self, event: Event) -> None:
        first, second = stranger(), stranger()
        ask(first, event)
        ask(second, event, "NANA+x@example.org")
        assert places() == 1
        assert taken(event) == (1, 1)
        assert first.get(url(event, "code/")).status_code == 410
        assert enter(second, event).status_code == 302

    def test_one_for_each_browser_the_latest(self, event: Event) -> None:
        browser = stranger()
        ask(browser, event, "nnana@example.org")
        html = browser.get(url(event)).content.decode()
        assert 'value="nnana@example.org"' in html
        ask(browser, event, NEW)
        assert taken(event) == (1, 1)
        enter(browser, event)
        assert Registration.objects.get().attendee.email == NEW  # type: ignore[union-attr]

    def test_where_one_would_wait_no_seat_is_kept_and_she_joins_the_end(self) -> None:
        event = cast.event(slots=[cast.first_come_plan(1)])
        cast.registered("dan", event)
        browser = stranger()
        ask(browser, event)
        assert taken(event) == (1, 0)
        cast.registered("emi", event)
        enter(browser, event)
        mine = Registration.objects.get(attendee__email=NEW)
        assert (mine.state, mine.place) == (State.WAITLISTED, 2)

    def test_whoever_comes_while_a_seat_is_kept_queues_and_gets_it_when_it_lapses(self) -> None:
        event = cast.event(slots=[cast.first_come_plan(1)])
        ask(stranger(), event)
        assert cast.registered("dan", event).state == State.WAITLISTED
        with seats_of(event, at=cast.NOW + timedelta(minutes=30)):
            pass
        assert Registration.objects.get().state == State.CONFIRMED

    def test_the_kept_seat_is_taken_though_others_wait(self) -> None:
        event = cast.event(slots=[cast.first_come_plan(1)])
        browser = stranger()
        ask(browser, event)
        cast.registered("dan", event)
        enter(browser, event)
        assert Registration.objects.get(attendee__email=NEW).state == State.CONFIRMED
        assert Registration.objects.get(attendee__email="dan@example.org").state == State.WAITLISTED

    def test_an_entry_in_a_lottery_waits_until_entries_close(self) -> None:
        event = cast.event(slots=[cast.lottery_plan()])
        browser = stranger()
        ask(browser, event)
        assert taken(event) == (0, 0)
        place = HeldPlace.objects.get()
        assert place.expires_at == cast.CLOSES_AT
        with time_machine.travel(cast.CLOSES_AT - timedelta(minutes=1), tick=False):
            assert "Enter the code to join the lottery" in browser.get(url(event, "code/")).content.decode()
            assert enter(browser, event, code_of(place)).status_code == 302
        assert Registration.objects.get().state == State.APPLIED

    def test_an_unproved_entry_is_out_after_entries_close(self) -> None:
        event = cast.event(slots=[cast.lottery_plan()])
        browser = stranger()
        ask(browser, event)
        right = code()
        frozen = freeze_lottery(lottery=Lottery.objects.get(), at=cast.CLOSES_AT)
        assert frozen.manifest.endswith("nominated 0\n")
        with time_machine.travel(cast.CLOSES_AT, tick=False):
            assert enter(browser, event, right).status_code == 410
        assert not Registration.objects.exists()

    def test_an_event_that_was_cancelled_meanwhile(self, event: Event) -> None:
        browser = stranger()
        ask(browser, event)
        right = code()
        cancel_event(event=event, at=cast.NOW, by=cast.person("aiko"))
        answer = browser.post(url(event, "code/"), {"code": right}, follow=True)
        assert "over or canceled" in answer.content.decode()
        assert not Registration.objects.exists()
        assert taken(event) == (0, 0)

    @pytest.mark.parametrize("admission", [Slot.Admission.DUTY, Slot.Admission.INVITED])
    def test_seats_with_a_duty_or_an_invitation_are_not_for_this(self, admission: Slot.Admission) -> None:
        event = cast.event(slots=[cast.first_come_plan(), cast.duty_plan(), cast.invited_plan()])
        assert ask(stranger(), event, slot=cast.slot_of(event, admission)).status_code == 409
        assert not HeldPlace.objects.exists()

    def test_after_closing_nobody_asks(self, event: Event) -> None:
        with time_machine.travel(cast.STARTS_AT, tick=False):
            assert ask(stranger(), event).status_code in {409, 422}
        assert not HeldPlace.objects.exists()

    def test_a_seat_that_was_kept_and_left_goes_on(self) -> None:
        event = cast.event(slots=[cast.first_come_plan(1)])
        browser = stranger()
        ask(browser, event)
        enter(browser, event)
        waiting = cast.registered("dan", event)
        nana = User.objects.get(email=NEW)
        leave_event(event=event, person=nana, at=cast.NOW, by=nana)
        waiting.refresh_from_db()
        assert waiting.state == State.CONFIRMED
