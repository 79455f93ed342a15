"""Name, seats, deadlines and order of a slot; moved seats; changes by two organizers."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from meetups.events.models import Event
from meetups.lifecycle.actions.cancel_event import cancel_event
from meetups.registrations.actions.slots.move_seats import SeatsOfShifts, move_seats
from meetups.registrations.models import Lottery, Offer, Registration, Slot
from meetups.registrations.new_slots import LotteryTerms
from tests.desk.slots.pages import _now, desk, fields_of, first, text, url_of, verbs
from tests.support import cast

# Pytest finds the fixtures of `pages` by these names.
__all__ = ["_now", "desk"]

pytestmark = pytest.mark.django_db

State = Registration.State


class TestSettings:
    def test_the_desk_leads_to_each_slot(self, desk: Client) -> None:
        event = cast.event()
        page = desk.get(f"/desk/events/{event.public_id}/").content.decode()
        assert all(url_of(slot) in page for slot in event.slots.all())

    @pytest.mark.parametrize("path", ["", "order/"])
    def test_a_slot_of_another_event_is_not_found(self, desk: Client, path: str) -> None:
        slot, other = first(cast.event()), cast.event(title="別の会")
        assert desk.post(f"/desk/events/{other.public_id}/slots/{slot.public_id}/{path}").status_code == 404

    def test_nobody_is_blamed_for_nothing(self, desk: Client) -> None:
        slot = first(cast.event())
        for path in ("", "admission/", "questions/", "reconfirmation/", "seats/"):
            assert "Someone else" not in text(desk.get(url_of(slot, path)))

    def test_an_untouched_form_changes_nothing(self, desk: Client) -> None:
        for slot in cast.event().slots.all():
            answer = desk.post(url_of(slot), fields_of(desk, slot), follow=True)
            assert "No changes were made." in text(answer)
            assert verbs(slot) == []

    def test_name_seats_and_deadlines(self, desk: Client) -> None:
        slot = first(cast.event(slots=[cast.first_come_plan(5)]))
        sent = fields_of(desk, slot) | {
            "name": "学生枠",
            "capacity": "7",
            "closes": "2026-12-04T18:00",
            "free_cancellation_ends": "2026-12-01T09:00",
            "promotion_stops": "2026-12-05T14:00",
        }
        assert "Saved." in text(desk.post(url_of(slot), sent, follow=True))
        slot.refresh_from_db()
        assert (slot.name, slot.capacity) == ("学生枠", 7)
        assert slot.closes_at == datetime.fromisoformat("2026-12-04T18:00+09:00")
        assert slot.free_cancellation_ends_at == datetime.fromisoformat("2026-12-01T09:00+09:00")
        assert slot.promotion_stops_at == cast.STARTS_AT
        assert verbs(slot) == ["change_capacity", "change_slot_settings"]
        seen = text(desk.get(f"/desk/events/{slot.event.public_id}/"))
        assert "愛子 changed the name or deadlines of a slot" in seen

    def test_what_is_left_empty_is_as_usual(self, desk: Client) -> None:
        slot = first(cast.event(slots=[cast.first_come_plan(5)]))
        sent = fields_of(desk, slot)
        desk.post(url_of(slot), sent | {"promotion_stops": "2026-12-04T20:00"})
        desk.post(url_of(slot), fields_of(desk, slot) | {"promotion_stops": ""})
        slot.refresh_from_db()
        assert slot.promotion_stops_at == cast.STARTS_AT - timedelta(hours=24)
        assert "If blank: Fri, Dec 4, 2:00 PM." in text(desk.get(url_of(slot)))

    def test_a_duty_slot_has_no_seats_to_set(self, desk: Client) -> None:
        event = cast.event()
        duty = cast.slot_of(event, Slot.Admission.DUTY)
        sent = fields_of(desk, duty)
        assert "capacity" not in sent
        desk.post(url_of(duty), sent | {"name": "片付け枠", "capacity": "99"})
        duty.refresh_from_db()
        assert (duty.name, duty.capacity) == ("片付け枠", 4)

    def test_more_seats_go_to_who_waits(self, desk: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan(1)])
        for guest in cast.people(3):
            cast.registered(guest, event)
        slot = first(event)
        answer = desk.post(url_of(slot), fields_of(desk, slot) | {"capacity": "2"}, follow=True)
        assert "1 person moved up from the waitlist" in text(answer)
        assert Registration.objects.confirmed().count() == 2

    def test_fewer_seats_than_are_taken_are_refused_with_the_number(self, desk: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan(3)])
        for guest in cast.people(2):
            cast.registered(guest, event)
        slot = first(event)
        answer = desk.post(url_of(slot), fields_of(desk, slot) | {"capacity": "1", "name": "小さい枠"})
        assert answer.status_code == 409
        assert "2 seats are already taken, so the slot can’t shrink to 1." in text(answer)
        assert 'value="小さい枠"' in answer.content.decode()
        assert first(event).name == "先着枠"

    def test_a_later_end_of_promotion_lets_people_in_at_once(self, desk: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan(1)])
        seat, waiting = cast.registered("dan", event), cast.registered("emi", event)
        slot = first(event)
        with time_machine.travel(cast.STARTS_AT - timedelta(hours=20), tick=False):
            cast.signed_in("dan").post(f"/events/{event.public_id}/registration/cancellation/")
            seat.refresh_from_db()
            waiting.refresh_from_db()
            assert (seat.state, waiting.state) == (State.CANCELLED, State.WAITLISTED)
            sent = fields_of(desk, slot) | {"promotion_stops": "2026-12-05T10:00"}
            assert "1 person moved up" in text(desk.post(url_of(slot), sent, follow=True))
        waiting.refresh_from_db()
        assert waiting.state == State.CONFIRMED

    def test_an_answer_to_an_offer_is_not_due_after_promotion_stops(self, desk: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan(1)])
        cast.registered("dan", event)
        cast.registered("emi", event)
        slot = first(event)
        with time_machine.travel(cast.STARTS_AT - timedelta(hours=40), tick=False):
            cast.signed_in("dan").post(f"/events/{event.public_id}/registration/cancellation/")
            assert Offer.objects.open().get().answer_by == cast.STARTS_AT - timedelta(hours=34)
            desk.post(url_of(slot), fields_of(desk, slot) | {"promotion_stops": "2026-12-04T00:00"})
            assert Offer.objects.open().get().answer_by == cast.STARTS_AT - timedelta(hours=38)
            # If cancelling is free again, the seat goes to the next person at once.
            desk.post(url_of(slot), fields_of(desk, slot) | {"free_cancellation_ends": "2026-12-03T23:00"})
        assert not Offer.objects.open().exists()
        assert Registration.objects.confirmed().get().attendee == cast.person("emi")

    @pytest.mark.in_short(5)
    @pytest.mark.parametrize(
        ("wrong", "says"),
        [
            ({"name": ""}, "Please check these points"),
            ({"name": "撤収ボランティア枠"}, "already has a slot called “撤収ボランティア枠”"),
            ({"capacity": "-1"}, "Please check these points"),
            ({"capacity": "9" * 400}, "Please check these points"),
            ({"capacity": ""}, "Please check these points"),
            ({"promotion_stops": "2026-12-05T14:01"}, "both before the event begins"),
            ({"promotion_stops": "2026-12-03T13:59"}, "Free cancellation must end first"),
            ({"free_cancellation_ends": "2026-12-04T14:01"}, "Free cancellation must end first"),
            ({"closes": "2026-12-05T16:31"}, "Registration can’t close after the event ends"),
            ({"closes": "2026-11-30T23:58"}, "Entries for the lottery close later than that"),
            ({"closes": "yesterday"}, "Enter a date and time"),
            ({"closes": "9999-12-31T23:59"}, "Choose a year"),
            ({"name": "\x00"}, "Please check these points"),
        ],
    )
    def test_what_is_wrong_is_said_and_nothing_is_lost(self, desk: Client, wrong: dict[str, str], says: str) -> None:
        slot = first(cast.event())
        sent = {**fields_of(desk, slot), "name": "新しい名前", **wrong}
        answer = desk.post(url_of(slot), sent)
        assert answer.status_code in {409, 422}
        assert says in text(answer)
        assert verbs(slot) == []

    def test_two_organizers_do_not_save_over_each_other_unseen(self, desk: Client) -> None:
        slot = first(cast.event(slots=[cast.first_come_plan(5)]))
        mine = fields_of(desk, slot) | {"name": "私の名前"}
        desk.post(url_of(slot), fields_of(desk, slot) | {"name": "ベンの名前"})
        answer = desk.post(url_of(slot), mine)
        assert answer.status_code == 409
        seen = text(answer)
        assert "Someone else changed this" in seen
        assert "ベンの名前" in seen
        assert "私の名前" in seen
        assert first(slot.event).name == "ベンの名前"
        again = mine | {"seen": answer.context["edit"].seen}
        assert "Saved." in text(desk.post(url_of(slot), again, follow=True))
        assert first(slot.event).name == "私の名前"

    def test_an_event_that_is_over_stays_as_it_was(self, desk: Client) -> None:
        slot = first(cast.event(slots=[cast.first_come_plan(5)]))
        sent = fields_of(desk, slot) | {"capacity": "9"}
        with time_machine.travel(cast.ENDS_AT + timedelta(hours=1), tick=False):
            answer = desk.post(url_of(slot), sent)
            assert "over or canceled" in text(answer)
            assert ">Save<" not in desk.get(url_of(slot)).content.decode()
        assert first(slot.event).capacity == 5

    def test_the_order_on_the_event_page(self, desk: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan(1, name=name) for name in ("一", "二", "三")])
        second = event.slots.in_order()[1]
        for direction in ("up", "up", "sideways"):
            desk.post(url_of(second, "order/"), {"direction": direction})
        assert [slot.name for slot in event.slots.in_order()] == ["二", "一", "三"]
        desk.post(url_of(second, "order/"), {"direction": "down"})
        desk.post(url_of(second, "order/"), {"direction": "down"})
        desk.post(url_of(second, "order/"), {"direction": "down"})
        assert [slot.name for slot in event.slots.in_order()] == ["一", "三", "二"]

    def test_the_order_stays_once_the_event_is_over_or_canceled(self, desk: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan(1, name=name) for name in ("一", "二")])
        address = url_of(event.slots.in_order()[1], "order/")
        with time_machine.travel(cast.ENDS_AT + timedelta(hours=1), tick=False):
            assert "over or canceled" in text(desk.post(address, {"direction": "up"}, follow=True))
        cancel_event(event=event, at=cast.NOW, by=cast.person("aiko"))
        assert "over or canceled" in text(desk.post(address, {"direction": "up"}, follow=True))
        assert [slot.name for slot in event.slots.in_order()] == ["一", "二"]


class TestMovingSeats:
    def event(self, *, waiting: int = 0) -> Event:
        """Two slots: three seats with one taken, and one seat that is taken, with a queue."""
        event = cast.event(slots=[cast.first_come_plan(3, name="会員枠"), cast.first_come_plan(1, name="一般枠")])
        cast.registered("dan", event)
        for guest in cast.people(1 + waiting):
            cast.registered(guest, event, slot=event.slots.in_order()[1])
        return event

    def move(self, desk: Client, event: Event, seats: str) -> Any:
        source, target = event.slots.in_order()
        return desk.post(url_of(source, "seats/"), {"target": target.public_id, "seats": seats}, follow=True)

    def test_unused_seats_go_to_who_waits_elsewhere(self, desk: Client) -> None:
        event = self.event(waiting=3)
        seen = text(self.move(desk, event, "2"))
        assert "2 seats moved to “一般枠”." in seen
        assert "2 people moved up from the waitlist" in seen
        assert [slot.capacity for slot in event.slots.in_order()] == [1, 3]
        assert Registration.objects.filter(state=State.WAITLISTED).count() == 1
        assert [verbs(slot) for slot in event.slots.in_order()] == [["move_seats"], ["receive_seats"]]

    @pytest.mark.parametrize("seats", ["3", "4", "99999"])
    def test_more_than_are_unused_are_refused_with_the_number(self, desk: Client, seats: str) -> None:
        event = self.event()
        answer = self.move(desk, event, seats)
        assert answer.status_code == 409
        assert f"“会員枠” has 2 unused seats, so {seats} can’t be moved." in text(answer)
        assert [slot.capacity for slot in event.slots.in_order()] == [3, 1]

    @pytest.mark.parametrize("seats", ["", "0", "-1", "many", "9" * 400])
    def test_what_is_no_number_is_refused(self, desk: Client, seats: str) -> None:
        assert self.move(desk, self.event(), seats).status_code == 422

    def test_seats_of_a_draw_whose_entries_have_closed_stay(self, desk: Client) -> None:
        event = cast.event(slots=[cast.lottery_plan(5), cast.first_come_plan(1)])
        cast.registered("dan", event)
        with time_machine.travel(cast.CLOSES_AT + timedelta(minutes=1), tick=False):
            assert "has 0 unused seats" in text(self.move(desk, event, "1"))
        cast.draw(event)
        with time_machine.travel(cast.DRAWS_AT + timedelta(minutes=1), tick=False):
            assert "4 seats moved" in text(self.move(desk, event, "4"))

    def test_a_duty_slot_neither_gives_nor_takes(self, desk: Client) -> None:
        event = cast.event()
        general, duty = event.slots.in_order()
        assert "no other slot" in text(desk.get(url_of(general, "seats/")))
        assert "follow the shifts" in text(desk.get(url_of(duty, "seats/")))
        for source, target in ((general, duty), (duty, general)):
            answer = desk.post(url_of(source, "seats/"), {"target": target.public_id, "seats": "1"})
            assert answer.status_code == 422
            with pytest.raises(SeatsOfShifts):
                move_seats(source=source, target=target, seats=1, at=cast.NOW, by=cast.person("aiko"))


class TestWhatTheEventPageSays:
    def page(self, event: Event) -> str:
        return text(Client(headers={"Accept-Language": "en"}).get(f"/events/{event.public_id}/"))

    def event(self) -> Event:
        terms = LotteryTerms(source=Lottery.Source.DRAND, favours=Lottery.Favours.FIRST_TIME, lighter_for_no_shows=True)
        plan = replace(cast.lottery_plan(3), terms=terms, first_come_seats=2, takes_pairs=True)
        return cast.event(slots=[plan])

    def test_all_that_is_announced(self) -> None:
        page = self.page(self.event())
        assert "First come and lottery" in page
        assert "2 of 3 seats are first come, first served; 1 by lottery." in page
        assert "You can enter as a pair." in page
        assert "Three chances for those who come for the first time" in page
        assert "Random value: drand, round" in page
        assert "2 seats left" in page

    def test_once_the_first_come_seats_are_gone_people_enter_the_lottery(self) -> None:
        event = self.event()
        for guest in cast.people(4):
            cast.registered(guest, event)
        page = self.page(event)
        assert "Enter the lottery" in page
        assert "2 / 1 seat" in page
        assert "2.0 entries per seat" in page

    def test_of_what_is_not_drawn_nothing_is_said(self) -> None:
        page = self.page(cast.event(slots=[cast.first_come_plan()]))
        assert "Random value" not in page


class TestPages:
    PATHS = ("", "admission/", "questions/", "reconfirmation/", "seats/")

    @pytest.mark.in_short(4)
    @pytest.mark.parametrize("language", ["ja", "en"])
    @pytest.mark.parametrize("path", PATHS)
    def test_open_at_any_time(self, path: str, language: str) -> None:
        event = cast.event(slots=[cast.lottery_plan(), cast.first_come_plan()])
        cast.registered("dan", event)
        desk = cast.signed_in("aiko", language=language)
        for at in (cast.NOW, cast.CLOSES_AT, cast.DRAWS_AT, cast.STARTS_AT, cast.ENDS_AT + timedelta(days=1)):
            with time_machine.travel(at, tick=False):
                for slot in event.slots.all():
                    answer = desk.get(url_of(slot, path))
                    assert answer.status_code == 200
                    assert event.title in answer.content.decode().replace("<wbr>", "")

    @pytest.mark.in_short(5)
    @pytest.mark.parametrize("number", [1, 3, 30])
    @pytest.mark.parametrize("path", PATHS)
    def test_the_number_of_queries_does_not_grow(self, desk: Client, path: str, number: int) -> None:
        event = cast.event(slots=[cast.first_come_plan(2), cast.first_come_plan(name="もう一つ")])
        for guest in cast.people(number):
            cast.registered(guest, event)
        slot = first(event)
        with CaptureQueriesContext(connection) as queries:
            desk.get(url_of(slot, path))
        assert len(queries) <= 7

    @pytest.mark.in_short(10)
    @pytest.mark.parametrize(
        "path", [*PATHS, "questions/x/", "questions/x/place/", "questions/x/retirement/", "order/"]
    )
    @pytest.mark.parametrize(
        "value", ["\x00", "あ" * 65536, "9" * 5000, "9999-99-99", "9999-12-31T23:59", "<script>alert(1)"]
    )
    def test_nonsense_gets_a_clear_answer(self, desk: Client, path: str, value: str) -> None:
        slot = first(cast.event())
        names = [*("name", "capacity", "closes", "draws", "free_cancellation_ends", "promotion_stops", "seen", "admission"),
                 *("source", "source_note", "favours", "first_come_seats", "takes_pairs", "label", "kind", "choices", "help"),
                 *("direction", "intent", "ask", "answer", "silent", "target", "seats")]  # fmt: skip
        answer = desk.post(url_of(slot, path), dict.fromkeys(names, value))
        assert 300 <= answer.status_code < 500
        assert "<script>alert" not in answer.content.decode()
        assert verbs(slot) == []
