"""Pairs in a draw, and on the waitlist after it (RULES 17)."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine

from meetups.lifecycle.actions.leave_event import leave_event
from meetups.registrations.models import Lottery, Registration
from tests.registrations.pairs.steps import (
    AFTER_DRAW,
    LATE,
    State,
    at_the_time_of_the_cast,
    draw_of,
    leave,
    meetup,
    paired,
    place,
    states,
    told,
    url,
)
from tests.support import cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def then() -> Iterator[None]:
    yield from at_the_time_of_the_cast()


class TestDrawing:
    @pytest.mark.in_short(2)
    @pytest.mark.parametrize("seats", [1, 2, 3, 4, 5, 7])
    def test_pair_winners_never_exceed_the_capacity(self, seats: int) -> None:
        event = meetup(seats)
        for number in range(3):
            paired(event, f"first{number}", f"second{number}")
        for guest in cast.people(3):
            cast.registered(guest, event)
        cast.draw(event)
        slot = event.slots.get()
        confirmed = Registration.objects.confirmed().count()
        assert confirmed == slot.taken <= seats
        for number in range(3):
            assert len(set(states(f"first{number}", f"second{number}"))) == 1
        # Three single people take part, so at most one seat can stay free.
        assert seats - confirmed <= 1

    def test_drawn_in_together_or_queueing_together(self) -> None:
        event = meetup(1)
        paired(event)
        cast.draw(event)
        lead, second = place("dan", event), place("emi", event)
        assert (lead.state, lead.place) == (second.state, second.place) == (State.WAITLISTED, 1)
        assert told("dan")[-1] == told("emi")[-1] == "drawn_out"

    def test_a_pair_moves_up_only_when_both_fit(self) -> None:
        event = meetup(2)
        everyone = [cast.registered(guest, event) for guest in cast.people(2)]
        draw_first = Lottery.objects.get(slot__event=event)
        # The guests are nominated, so that both are drawn in and the pair waits.
        for number, one in enumerate(everyone, 1):
            Registration.objects.filter(pk=one.pk).update(nominated=number)
        paired(event)
        draw_of(draw_first)
        assert states("dan", "emi") == [State.WAITLISTED] * 2
        with time_machine.travel(AFTER_DRAW, tick=False):
            leave("guest1", event)
            assert states("dan", "emi") == [State.WAITLISTED] * 2
            # A pair that does not fit holds up no one.
            assert cast.registered("finn", event, at=AFTER_DRAW).state == State.CONFIRMED
            leave("guest2", event)
            assert states("dan", "emi") == [State.WAITLISTED] * 2
            leave("finn", event)
        assert states("dan", "emi") == [State.CONFIRMED] * 2
        assert told("dan")[-1] == told("emi")[-1] == "promoted"

    def test_where_only_a_pair_waits_people_leave_at_once_until_both_fit(self) -> None:
        event = meetup(2)
        for number, guest in enumerate(cast.people(2), 1):
            one = cast.registered(guest, event)
            Registration.objects.filter(pk=one.pk).update(nominated=number)
        paired(event)
        cast.draw(event)
        with time_machine.travel(LATE, tick=False):
            page = cast.signed_in("guest1").get(url(event, "cancellation/")).content.decode()
            assert "Your seat becomes available right away." in page
            leave("guest1", event)
            assert states("guest1", "dan", "emi") == [State.CANCELLED, State.WAITLISTED, State.WAITLISTED]
            page = cast.signed_in("guest2").get(url(event, "cancellation/")).content.decode()
            assert "The next person on the waitlist gets in right away." in page
            leave("guest2", event)
        assert states("guest2", "dan", "emi") == [State.CANCELLED, State.CONFIRMED, State.CONFIRMED]

    def test_a_seat_is_offered_to_the_one_behind_a_pair_and_without_them_its_person_leaves(self) -> None:
        event = meetup(1)
        one = cast.registered("guest1", event)
        Registration.objects.filter(pk=one.pk).update(nominated=1)
        paired(event)
        cast.draw(event)
        cast.registered("finn", event, at=AFTER_DRAW)
        with time_machine.travel(LATE, tick=False):
            page = cast.signed_in("guest1").get(url(event, "cancellation/")).content.decode()
            assert "stays yours until someone accepts" in page
            leave("guest1", event)
            assert states("guest1") == [State.CONFIRMED]
            assert told("finn")[-1] == "seat_offered"
            leave("finn", event)
        assert states("guest1", "dan", "emi") == [State.CANCELLED, State.WAITLISTED, State.WAITLISTED]
        assert told("guest1")[-1] == "left"

    @pytest.mark.parametrize("who", ["dan", "emi"])
    def test_one_of_a_waiting_pair_leaves_and_the_other_moves_up_alone(self, who: str) -> None:
        event = meetup(1)
        paired(event)
        cast.draw(event)
        with time_machine.travel(AFTER_DRAW, tick=False):
            leave(who, event)
        stays = "emi" if who == "dan" else "dan"
        assert states(who, stays) == [State.CANCELLED, State.CONFIRMED]
        assert "pair_parted" in told(stays)

    @pytest.mark.parametrize("who", ["dan", "emi"])
    def test_one_of_a_pair_with_seats_hands_hers_over(self, who: str) -> None:
        event = meetup(2)
        paired(event)
        cast.draw(event)
        cast.registered("finn", event, at=AFTER_DRAW)
        with time_machine.travel(LATE, tick=False):
            cast.signed_in(who).post(url(event, "cancellation/"))
            assert states(who) == [State.CONFIRMED]
            leave("finn", event)
            # The queue is empty now, so `who` has left; the partner keeps their seat.
            cast.signed_in(who).post(url(event, "cancellation/"))
        stays = "emi" if who == "dan" else "dan"
        assert states(who, stays) == [State.CANCELLED, State.CONFIRMED]
        assert place(stays, event).lead is None


@pytest.mark.in_short(1)
@pytest.mark.parametrize(
    ("waits", "label", "lands"), [("", "Register", "confirmed"), ("ken", "Join the waitlist", "waitlisted")]
)
def test_a_single_seat_that_only_pairs_wait_for_is_announced_as_it_is_given(waits: str, label: str, lands: str) -> None:
    """No one moves up any longer. A pair does not fit into one seat, and a person alone comes before a newcomer."""
    event = meetup(2)
    for first, second in (("dan", "emi"), ("gin", "hana")):
        paired(event, first, second)
    cast.draw(event)
    if waits:
        cast.registered(waits, event, at=AFTER_DRAW)
    winner = Registration.objects.confirmed().filter(event=event)[0].person
    late = cast.STARTS_AT - timedelta(hours=20)
    leave_event(event=event, person=winner, at=late, by=winner)
    with time_machine.travel(late, tick=False):
        page = " ".join(cast.signed_in("finn").get(url(event)).content.decode().split())
        assert label in page
        cast.signed_in("finn").post(url(event), {"slot": event.slots.get().public_id, "request_id": str(uuid4())})
    assert states("finn") == [lands]
    for one in list(Registration.objects.filter(event=event).waiting()):
        # On PostgreSQL's own clock they would still move up, which the invariants would ask for.
        leave_event(event=event, person=one.person, at=late, by=cast.person("aiko"))
