"""The draw, through the steps of the clock."""

import hashlib
import threading
from uuid import uuid4

import pytest
from django.db import connection

from meetups.events.models import Event
from meetups.lifecycle.actions.leave_event import leave_event
from meetups.lifecycle.invariants import breaches
from meetups.notifications.models import Notification
from meetups.registrations.actions.imports.place_by_hand import place_by_hand
from meetups.registrations.actions.lottery.draw_lottery import NotYetToBeDrawn, draw_lottery
from meetups.registrations.actions.registration.move_registration import move_registration
from meetups.registrations.actions.slots.change_capacity import change_capacity
from meetups.registrations.lottery.ranking import draw, read_manifest
from meetups.registrations.lottery.trial_draw import preview_draw
from meetups.registrations.models import Lottery, Registration, Slot
from meetups.registrations.pen.people_by_hand import AddedPerson
from meetups.registrations.refusals import SeatsTaken
from meetups.registrations.tasks import draw_lotteries, fetch_values, freeze_lotteries
from tests.support import cast

State = Registration.State


def drawn(capacity: int = 2, entrants: int = 5) -> tuple[Event, list[Registration]]:
    event = cast.event(slots=[cast.lottery_plan(capacity), cast.duty_plan()])
    return event, [cast.registered(guest, event) for guest in cast.people(entrants)]


def in_rank_order(event: Event) -> list[Registration]:
    return list(Registration.objects.filter(event=event, drawn_rank__isnull=False).order_by("drawn_rank"))


@pytest.mark.django_db
class TestTheDraw:
    def test_it_runs_by_itself_at_its_time_and_everyone_is_told(self) -> None:
        event, _entrants = drawn()
        freeze_lotteries(at=cast.CLOSES_AT)
        fetch_values(at=cast.DRAWS_AT)
        draw_lotteries(at=cast.DRAWS_AT)
        order = in_rank_order(event)
        assert [registration.state for registration in order] == [State.CONFIRMED] * 2 + [State.WAITLISTED] * 3
        assert [registration.place for registration in order] == [None, None, 3, 4, 5]
        assert Notification.objects.filter(kind="drawn_in").count() == 2
        assert Notification.objects.filter(kind="drawn_out").count() == 3
        assert breaches() == []

    def test_the_order_is_the_one_that_anyone_can_compute(self) -> None:
        event, _entrants = drawn()
        lottery = cast.draw(event)
        assert hashlib.sha256(lottery.value.encode()).hexdigest() == lottery.commitment
        assert hashlib.sha256(lottery.manifest.encode()).hexdigest() == lottery.manifest_sha256
        published = [place.entry.entry_id for place in draw(read_manifest(lottery.manifest), lottery.value)]
        assert [registration.entry_id for registration in in_rank_order(event)] == published

    def test_a_guest_who_was_moved_into_it_is_drawn_with_the_others_and_has_no_mail(self) -> None:
        event = cast.event(slots=[cast.lottery_plan(1), cast.first_come_plan(5)], shifts=[])
        aiko, slot = cast.person("aiko"), cast.slot_of(event, Slot.Admission.LOTTERY)
        dan = cast.registered("dan", event, slot=slot)
        place_by_hand(
            slot=cast.slot_of(event, Slot.Admission.FIRST_COME),
            added=AddedPerson("来賓", "", uuid4()),
            above=False,
            at=cast.NOW,
            by=aiko,
        )
        guest = event.registrations.get(attendee=None)
        move_registration(registration=guest, slot=slot, accept_waiting=True, at=cast.NOW, by=aiko)
        cast.draw(event)
        assert {one.pk for one in in_rank_order(event)} == {dan.pk, guest.pk}
        assert set(Notification.objects.filter(kind="manifest_frozen").values_list("subject", flat=True)) == {
            dan.subject
        }
        assert breaches() == []

    def test_nothing_is_drawn_early(self) -> None:
        event, _entrants = drawn()
        freeze_lotteries(at=cast.NOW)
        fetch_values(at=cast.CLOSES_AT)
        draw_lotteries(at=cast.CLOSES_AT)
        lottery = Lottery.objects.get(slot__event=event)
        assert lottery.state == Lottery.State.ANNOUNCED
        with pytest.raises(NotYetToBeDrawn):
            draw_lottery(lottery=lottery, at=cast.CLOSES_AT)

    def test_drawing_again_changes_nothing(self) -> None:
        """mixit: a second click ran the draw again."""
        event, _entrants = drawn()
        lottery = cast.draw(event)
        before = [registration.pk for registration in in_rank_order(event)]
        draw_lottery(lottery=lottery, at=cast.DRAWS_AT, by=cast.person("aiko"))
        assert [registration.pk for registration in in_rank_order(event)] == before
        assert Notification.objects.filter(kind="drawn_in").count() == 2

    def test_who_applies_between_closing_and_draw_queues_behind_everyone_who_was_drawn(self) -> None:
        """emfcamp: an entry came in during the draw."""
        event, _entrants = drawn()
        late = cast.registered("dan", event, at=cast.CLOSES_AT)
        assert late.state == State.WAITLISTED
        cast.draw(event)
        queue = Registration.objects.filter(event=event).waiting()
        assert queue.last() == late

    def test_where_there_are_seats_for_all_the_late_one_gets_one_after_the_draw(self) -> None:
        event, _entrants = drawn(capacity=10)
        late = cast.registered("dan", event, at=cast.CLOSES_AT)
        cast.draw(event)
        late.refresh_from_db()
        assert late.state == State.CONFIRMED

    def test_after_the_draw_it_is_first_come_behind_the_drawn_order(self) -> None:
        event, _entrants = drawn()
        cast.draw(event)
        assert cast.registered("dan", event, at=cast.DRAWS_AT).state == State.WAITLISTED
        winner = in_rank_order(event)[0]
        leave_event(event=event, person=winner.person, at=cast.DRAWS_AT, by=winner.person)
        states = [registration.state for registration in in_rank_order(event)]
        assert states == [State.CANCELLED, State.CONFIRMED, State.CONFIRMED, State.WAITLISTED, State.WAITLISTED]

    def test_who_withdraws_after_closing_stays_in_the_manifest_and_the_queue_moves_up(self) -> None:
        event, entrants = drawn()
        freeze_lotteries(at=cast.CLOSES_AT)
        lottery = Lottery.objects.get(slot__event=event)
        places = draw(read_manifest(lottery.manifest), lottery.secret)
        winner = next(one for one in entrants if one.entry_id == places[0].entry.entry_id)
        leave_event(event=event, person=winner.person, at=cast.CLOSES_AT, by=winner.person)
        lottery = cast.draw(event)
        assert str(winner.entry_id) in lottery.manifest
        by_entry = {one.entry_id: one.state for one in Registration.objects.filter(event=event)}
        expected = [State.CANCELLED, State.CONFIRMED, State.CONFIRMED, State.WAITLISTED, State.WAITLISTED]
        assert [by_entry[place.entry.entry_id] for place in places] == expected
        assert breaches() == []

    def test_leaving_before_closing_deletes_the_entry_and_coming_back_makes_a_new_one(self) -> None:
        event, entrants = drawn()
        leave_event(event=event, person=entrants[0].person, at=cast.NOW, by=entrants[0].person)
        again = cast.registered(entrants[0].person, event)
        assert again.entry_id != entrants[0].entry_id
        lottery = cast.draw(event)
        assert (str(entrants[0].entry_id) in lottery.manifest, str(again.entry_id) in lottery.manifest) == (False, True)

    def test_every_entrant_is_sent_the_hash_before_the_draw(self) -> None:
        _event, entrants = drawn()
        freeze_lotteries(at=cast.CLOSES_AT)
        told = Notification.objects.filter(kind="manifest_frozen")
        assert {one.recipient_id for one in told} == {one.attendee_id for one in entrants}
        assert all(one.not_after == cast.DRAWS_AT for one in told)

    def test_a_slot_does_not_shrink_below_the_seats_that_were_promised_to_the_draw(self) -> None:
        event, _entrants = drawn(capacity=4)
        freeze_lotteries(at=cast.CLOSES_AT)
        slot = cast.slot_of(event, Slot.Admission.LOTTERY)
        with pytest.raises(SeatsTaken, match="4"):
            change_capacity(slot=slot, capacity=3, at=cast.CLOSES_AT, by=cast.person("aiko"))
        assert Slot.objects.get(pk=slot.pk).capacity == 4

    def test_the_preview_draws_with_a_seed_that_is_thrown_away(self) -> None:
        event, entrants = drawn(capacity=1, entrants=40)
        lottery = Lottery.objects.select_related("slot__event").get(slot__event=event)
        firsts = {preview_draw(lottery, entrants, at=cast.NOW)[0][1].pk for _try in range(20)}
        assert len(firsts) > 1
        assert Lottery.objects.get().state == Lottery.State.ANNOUNCED

    def test_a_lottery_without_entries_is_drawn_and_then_first_come(self) -> None:
        event, _nobody = drawn(entrants=0)
        assert cast.draw(event).is_drawn
        assert cast.registered("dan", event, at=cast.DRAWS_AT).state == State.CONFIRMED

    def test_no_name_and_no_address_is_in_what_is_published(self) -> None:
        event, _entrants = drawn()
        lottery = cast.draw(event)
        assert "guest" not in lottery.manifest.lower()
        assert "@" not in lottery.manifest
        assert lottery.manifest.isascii()


@pytest.mark.django_db(transaction=True)
def test_two_clocks_at_once_draw_once() -> None:
    drawn(capacity=3, entrants=12)
    barrier = threading.Barrier(2)

    def clock() -> None:
        barrier.wait()
        for step in (freeze_lotteries, fetch_values, draw_lotteries):
            step(at=cast.DRAWS_AT)
        connection.close()

    clocks = [threading.Thread(target=clock) for _number in range(2)]
    for one in clocks:
        one.start()
    for one in clocks:
        one.join()
    assert Notification.objects.filter(kind="drawn_in").count() == 3
    assert Notification.objects.filter(kind="drawn_out").count() == 9
    assert breaches() == []
