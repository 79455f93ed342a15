"""Organizers put people on shifts, and what that does to their seats in any order of events (RULES 67)."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from meetups.communities.permissions import Role
from meetups.events.models import Event
from meetups.lifecycle.invariants import breaches
from meetups.registrations.models import Registration, Slot
from meetups.volunteers.models import Shift, Signup
from tests.support import cast
from tests.support.scenes.shift_desk_scene import (
    HOUR,
    WORDS,
    desk_url,
    full_event,
    letters,
    other_shift,
    place,
    seen,
    sent,
    told,
)
from tests.support.scenes.shift_scene import cancel_at_once

pytestmark = pytest.mark.django_db
State = Registration.State


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(cast.NOW, tick=False):
        yield
        assert breaches() == []


class TestAssigning:
    def test_somebody_who_waits_has_the_shift_and_a_seat_although_the_event_is_full(self, desk: Client) -> None:
        event = full_event()
        shift = cast.shift_of(event)
        letters(to="finn")
        url = desk_url(event, f"{shift.pk}/volunteers/")
        for _click in range(2):
            page = sent(desk, url, person=cast.person("finn").pk)
        assert "フィン" in page
        assert place("finn", event) == ("duty", State.CONFIRMED)
        assert told("duty_assigned") == ["finn"]
        assert told("duty_taken") == []
        [letter] = letters(to="finn")
        assert "愛子" in letter.body
        assert f"/events/{event.public_id}/shifts/{shift.pk}/signup/end/" in letter.body
        assert "<bdi>愛子</bdi> assigned <bdi>フィン</bdi> to the shift “撤収”" in seen(
            desk, f"/desk/events/{event.public_id}/"
        )

    def test_the_seat_that_she_leaves_goes_to_who_waits(self, desk: Client) -> None:
        event = full_event()
        sent(desk, desk_url(event, f"{cast.shift_of(event).pk}/volunteers/"), person=cast.person("dan").pk)
        assert place("dan", event) == ("duty", State.CONFIRMED)
        assert place("finn", event) == ("first_come", State.CONFIRMED)

    def test_the_team_needs_no_place_and_a_shift_without_a_seat_gives_none(self, desk: Client) -> None:
        event = full_event()
        chie = cast.member("chie", Role.RECEPTION)
        reception = other_shift(event)
        sent(desk, desk_url(event, f"{reception.pk}/volunteers/"), person=chie.pk)
        assert told("shift_assigned") == ["chie"]
        assert not Registration.objects.filter(attendee=chie).exists()
        assert "愛子" in letters(to="chie")[0].body

    def test_nobody_from_elsewhere_can_be_put_on_a_shift(self, desk: Client) -> None:
        event = full_event()
        cast.registered("jun", cast.event(title="別の会"))
        shift = cast.shift_of(event)
        page = seen(desk, desk_url(event, f"{shift.pk}/"))
        assert "Jun" not in page
        for who in (cast.person("jun").pk, 999_999_999, "x", ""):
            assert "Choose someone from the list." in sent(desk, desk_url(event, f"{shift.pk}/volunteers/"), person=who)
        assert not Signup.objects.exists()

    def test_a_full_shift_and_one_at_the_same_time_are_refused(self, desk: Client) -> None:
        event = full_event()
        teardown = cast.shift_of(event)
        same_time = other_shift(event, hours=2.5, maximum=1)
        cast.volunteering("finn", event, shift=teardown)
        url = desk_url(event, f"{same_time.pk}/volunteers/")
        assert "has signed up for “撤収”, which is at the same time" in sent(desk, url, person=cast.person("finn").pk)
        cast.volunteering("dan", event, shift=same_time)
        assert "This shift is full" in sent(desk, url, person=cast.person("aiko").pk)

    def test_who_had_asked_is_accepted_with_it(self, desk: Client) -> None:
        event = cast.event()
        Shift.objects.update(needs_approval=True)
        cast.volunteering("emi", event)
        sent(desk, desk_url(event, f"{cast.shift_of(event).pk}/volunteers/"), person=cast.person("emi").pk)
        assert [signup.state for signup in Signup.objects.all()] == [Signup.State.SIGNED_UP]
        assert place("emi", event) == ("duty", State.CONFIRMED)

    @pytest.mark.parametrize("published", [True, False])
    def test_not_once_it_has_begun_nor_in_a_draft(self, desk: Client, *, published: bool) -> None:
        event = cast.event(publish=published)
        shift = cast.shift_of(event)
        with time_machine.travel(cast.ENDS_AT if published else cast.NOW, tick=False):
            assert "Add to the shift" not in seen(desk, desk_url(event, f"{shift.pk}/"))
            sent(desk, desk_url(event, f"{shift.pk}/volunteers/"), person=cast.person("aiko").pk)
        assert not Signup.objects.exists()


class TestOrders:
    """The effect of a duty on a seat, in any order of events."""

    def assign(self, desk: Client, event: Event, name: str) -> str:
        return sent(desk, desk_url(event, f"{cast.shift_of(event).pk}/volunteers/"), person=cast.person(name).pk)

    def test_assigned_before_the_draw_she_is_not_drawn_and_falls_back_into_it(self, desk: Client) -> None:
        event = cast.event(slots=[cast.lottery_plan(1), cast.duty_plan()])
        for name in ("emi", "dan"):
            cast.registered(name, event)
        self.assign(desk, event, "emi")
        assert place("emi", event) == ("duty", State.CONFIRMED)
        cast.signed_in("emi").post(f"/events/{event.public_id}/shifts/{cast.shift_of(event).pk}/signup/end/")
        assert place("emi", event) == ("lottery", State.APPLIED)

    def test_assigned_after_the_draw_she_leaves_the_queue(self, desk: Client) -> None:
        event = cast.event(slots=[cast.lottery_plan(1), cast.duty_plan()])
        for name in ("emi", "dan", "finn"):
            cast.registered(name, event)
        cast.draw(event)
        [loser, *_others] = Registration.objects.filter(event=event).waiting()
        assert loser.attendee
        name = loser.attendee.email.partition("@")[0]
        with time_machine.travel(cast.DRAWS_AT + HOUR, tick=False):
            self.assign(desk, event, name)
        assert place(name, event) == ("duty", State.CONFIRMED)
        assert Registration.objects.filter(event=event).waiting().count() == 1

    def test_assigned_between_entries_and_draw_the_draw_goes_on_without_her(self, desk: Client) -> None:
        event = cast.event(slots=[cast.lottery_plan(1), cast.duty_plan()])
        for name in ("emi", "dan"):
            cast.registered(name, event)
        with time_machine.travel(cast.CLOSES_AT + timedelta(minutes=1), tick=False):
            self.assign(desk, event, "emi")
        cast.draw(event)
        assert place("emi", event) == ("duty", State.CONFIRMED)
        assert place("dan", event) == ("lottery", State.CONFIRMED)

    def test_cancel_the_shift_then_the_person(self, desk: Client) -> None:
        event = full_event()
        cast.volunteering("emi", event)
        cancel_at_once(desk, cast.shift_of(event))
        assert place("emi", event) == ("first_come", State.WAITLISTED)
        cast.signed_in("emi").post(f"/events/{event.public_id}/registration/cancellation/")
        assert place("emi", event)[1] == State.CANCELLED

    def test_cancel_the_person_then_the_shift(self, desk: Client) -> None:
        event = full_event()
        signup = cast.volunteering("emi", event)
        cast.signed_in("emi").post(f"/events/{event.public_id}/registration/cancellation/")
        cancel_at_once(desk, signup.shift)
        assert place("emi", event)[1] == State.CANCELLED
        assert told("shift_cancelled") == []

    def test_lower_the_maximum_then_fill_it(self, desk: Client) -> None:
        event = full_event()
        cast.volunteering("emi", event)
        sent(desk, desk_url(event, f"{cast.shift_of(event).pk}/"), **{**WORDS, "minimum": "1", "maximum": "2"})
        assert "is assigned to “撤収”" in self.assign(desk, event, "finn")
        assert "Choose someone from the list" in self.assign(desk, event, "finn"), "she is no longer in the list"
        assert "This shift is full" in self.assign(desk, event, "dan")
        assert "2 people have already signed up for this shift" in sent(
            desk, desk_url(event, f"{cast.shift_of(event).pk}/"), **{**WORDS, "minimum": "1", "maximum": "1"}
        )

    def test_two_shifts_share_the_slot_and_one_seat(self, desk: Client) -> None:
        event = full_event()
        self.assign(desk, event, "finn")
        setup = other_shift(event, hours=-2, seat=True, title="設営")
        sent(desk, desk_url(event, f"{setup.pk}/volunteers/"), person=cast.person("finn").pk)
        duty = cast.slot_of(event, Slot.Admission.DUTY)
        assert (duty.taken, duty.capacity) == (1, 6)
        cancel_at_once(desk, setup)
        assert place("finn", event) == ("duty", State.CONFIRMED)
