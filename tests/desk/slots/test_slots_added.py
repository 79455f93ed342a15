"""Slots are added and get more or fewer seats."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils.html import strip_tags

from meetups.events.models import Event
from meetups.registrations.actions.slots.add_slot import EntriesWouldHaveClosed, add_slot
from meetups.registrations.models import Registration, Slot
from tests.desk.event.pages import page
from tests.support import cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]


class TestCapacity:
    def change(self, desk: Client, event: Event, capacity: str) -> str:
        slot = event.slots.in_order()[0]
        answer = desk.post(
            f"/desk/events/{event.public_id}/slots/{slot.pk}/capacity/", {"capacity": capacity}, follow=True
        )
        return str(answer.content.decode())

    def test_more_seats_go_to_who_waits(self, desk: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan(1)])
        cast.registered("dan", event)
        waiting = cast.registered("emi", event)
        assert "now has 2 seats" in self.change(desk, event, "2")
        waiting.refresh_from_db()
        assert waiting.state == Registration.State.CONFIRMED

    def test_fewer_than_are_taken_are_refused_with_the_number(self, desk: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan(2)])
        cast.registered("dan", event)
        cast.registered("emi", event)
        assert "2 seats are already taken" in self.change(desk, event, "1")

    @pytest.mark.parametrize("capacity", ["", "-1", "9" * 5000, "1\x00", "99999999999999"])
    def test_nonsense_changes_nothing(self, desk: Client, capacity: str) -> None:
        event = cast.event(slots=[cast.first_come_plan(2)])
        assert "Nothing was changed" in self.change(desk, event, capacity)

    def test_a_duty_slot_is_as_large_as_its_shifts(self, desk: Client) -> None:
        event = cast.event()
        duty = cast.slot_of(event, Slot.Admission.DUTY)
        assert (
            desk.post(f"/desk/events/{event.public_id}/slots/{duty.pk}/capacity/", {"capacity": 9}).status_code == 404
        )


class TestAddingASlot:
    FIELDS = {"name": "学生枠", "admission": "first_come", "capacity": "5"}

    def add(self, desk: Client, event: Event, **changed: str) -> Any:
        return desk.post(f"/desk/events/{event.public_id}/slots/new/", {**self.FIELDS, **changed}, follow=True)

    def test_people_can_ask_for_it_at_once(self, desk: Client) -> None:
        event = cast.event()
        assert "/slots/new/" in page(desk, event)
        seen = self.add(desk, event).content.decode()
        assert "Slot “学生枠” added." in seen
        assert "<bdi>愛子</bdi> added a slot" in seen
        slot = event.slots.get(name="学生枠")
        assert slot == event.slots.in_order().last()
        assert cast.registered("dan", event, slot=slot).state == Registration.State.CONFIRMED

    def test_a_lottery_has_the_dates_that_the_page_showed(self, desk: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan(1)])
        seen = strip_tags(page(desk, event, "slots/new/"))
        assert "entries close on Mon, Nov 30, 11:59 PM and the draw is on Tue, Dec 1, 12:00 PM" in seen
        self.add(desk, event, admission="lottery")
        lottery = event.slots.get(name="学生枠").lottery
        assert (lottery.closes_at, lottery.draws_at) == (cast.CLOSES_AT, cast.DRAWS_AT)

    def test_dates_can_be_given(self, desk: Client) -> None:
        event = cast.event(slots=[])
        self.add(desk, event, admission="lottery", closes="2026-11-24T12:00", draws="2026-11-24T13:00")
        lottery = event.slots.get(name="学生枠").lottery
        assert lottery.draws_at - lottery.closes_at == timedelta(hours=1)
        # A first-come slot has no dates, even if dates were typed before the choice changed.
        self.add(desk, event, name="もう一つ", closes="2026-11-24T12:00", draws="2026-11-24T13:00")
        assert not hasattr(event.slots.get(name="もう一つ"), "lottery")

    @pytest.mark.parametrize(
        ("wrong", "says"),
        [
            ({"name": ""}, "Please check these points"),
            ({"capacity": "0"}, "Please check these points"),
            ({"capacity": "9" * 400}, "Please check these points"),
            ({"admission": "duty"}, "Please check these points"),
            ({"name": "一般参加枠"}, "already has a slot called “一般参加枠”"),
            ({"admission": "lottery", "closes": "2026-11-19T12:00"}, "Entries would close in the past"),
            (
                {"admission": "lottery", "closes": "2026-11-24T12:00", "draws": "2026-11-24T12:10"},
                "at least 30 minutes after entries close",
            ),
            ({"admission": "lottery", "draws": "2026-12-06T12:00"}, "before the event"),
            ({"admission": "lottery", "draws": "9999-12-31T12:00"}, "Choose a year"),
        ],
    )
    def test_what_is_wrong_is_said(self, desk: Client, wrong: dict[str, str], says: str) -> None:
        event = cast.event(slots=[cast.lottery_plan()])
        answer = self.add(desk, event, **wrong)
        assert answer.status_code in {409, 422}
        assert says in answer.content.decode()
        assert event.slots.count() == 1

    def test_no_lottery_fits_before_an_event_that_is_about_to_begin(self, desk: Client) -> None:
        event = cast.event(slots=[])
        with time_machine.travel(cast.STARTS_AT - timedelta(minutes=40), tick=False):
            assert "too soon for a lottery" in page(desk, event, "slots/new/")
            assert "Entries would close in the past" in self.add(desk, event, admission="lottery").content.decode()
        plan = cast.lottery_plan()
        with pytest.raises(EntriesWouldHaveClosed):
            add_slot(event=event, plan=plan, at=cast.CLOSES_AT, by=cast.person("aiko"))

    def test_an_event_that_is_over_or_cancelled_gets_none(self, desk: Client) -> None:
        event = cast.event(slots=[])
        with time_machine.travel(cast.ENDS_AT, tick=False):
            assert "over or canceled" in self.add(desk, event).content.decode()
            assert "/slots/new/" not in page(desk, event)
        desk.post(f"/desk/events/{event.public_id}/cancellation/")
        assert "over or canceled" in self.add(desk, event).content.decode()
        assert event.slots.count() == 0
