"""The pages of a slot at the desk: settings, how one gets in, questions, and seats that move."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from meetups.events.models import Event
from meetups.history.models import HistoryEntry
from meetups.notifications.models import Notification
from meetups.registrations.actions.ask_to_reconfirm import ask_to_reconfirm
from meetups.registrations.actions.change_admission import (
    AdmissionIsAnnounced,
    AdmissionPlan,
    EntriesAreClosed,
    NotForAsking,
    change_admission,
)
from meetups.registrations.actions.move_seats import SeatsOfShifts, move_seats
from meetups.registrations.actions.register import register
from meetups.registrations.admission import LotteryDates
from meetups.registrations.models import Lottery, Offer, Reconfirmation, Registration, Slot
from meetups.registrations.opening import LotteryTerms, SlotPlan
from meetups.registrations.questions import Question, questions_of
from tests import cast

pytestmark = pytest.mark.django_db

State = Registration.State


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(cast.NOW, tick=False):
        yield


@pytest.fixture
def desk() -> Client:
    return cast.signed_in("aiko")


def url_of(slot: Slot, path: str = "") -> str:
    return f"/desk/events/{slot.event.public_id}/slots/{slot.public_id}/{path}"


def text(answer: Any) -> str:
    """What a person reads, in one line."""
    return " ".join(strip_tags(answer.content.decode().replace("<wbr>", "")).split())


def fields_of(desk: Client, slot: Slot, path: str = "", form: str = "form") -> dict[str, Any]:
    """The form as the browser would send it back untouched."""
    answer = desk.get(url_of(slot, path))
    assert answer.status_code == 200
    shown = answer.context[form]
    values = {field.html_name: field.value() for field in shown}
    sent = {
        name: value.strftime("%Y-%m-%dT%H:%M") if isinstance(value, datetime) else value
        for name, value in values.items()
        if value not in (None, False)
    }
    return {**sent, "seen": answer.context["seen"]}


def first(event: Event) -> Slot:
    return event.slots.in_order()[0]


def verbs(slot: Slot) -> list[str]:
    return list(HistoryEntry.objects.filter(subject=f"slot:{slot.pk}").order_by("pk").values_list("verb", flat=True))


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
            assert "Somebody else" not in text(desk.get(url_of(slot, path)))

    def test_an_untouched_form_changes_nothing(self, desk: Client) -> None:
        for slot in cast.event().slots.all():
            answer = desk.post(url_of(slot), fields_of(desk, slot), follow=True)
            assert "Nothing was changed." in text(answer)
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
        assert "愛子 changed name or deadlines of a slot" in seen

    def test_what_is_left_empty_is_as_usual(self, desk: Client) -> None:
        slot = first(cast.event(slots=[cast.first_come_plan(5)]))
        sent = fields_of(desk, slot)
        desk.post(url_of(slot), sent | {"promotion_stops": "2026-12-04T20:00"})
        desk.post(url_of(slot), fields_of(desk, slot) | {"promotion_stops": ""})
        slot.refresh_from_db()
        assert slot.promotion_stops_at == cast.STARTS_AT - timedelta(hours=24)
        assert "Left empty: Fri, Dec 4, 2:00 PM." in text(desk.get(url_of(slot)))

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
        assert "1 person moved up from the queue" in text(answer)
        assert Registration.objects.confirmed().count() == 2

    def test_fewer_seats_than_are_taken_are_refused_with_the_number(self, desk: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan(3)])
        for guest in cast.people(2):
            cast.registered(guest, event)
        slot = first(event)
        answer = desk.post(url_of(slot), fields_of(desk, slot) | {"capacity": "1", "name": "小さい枠"})
        assert answer.status_code == 409
        assert "2 seats are taken already, so the slot cannot shrink to 1." in text(answer)
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
            # Where cancelling is free again, the seat goes to the next at once.
            desk.post(url_of(slot), fields_of(desk, slot) | {"free_cancellation_ends": "2026-12-03T23:00"})
        assert not Offer.objects.open().exists()
        assert Registration.objects.confirmed().get().attendee == cast.person("emi")

    @pytest.mark.parametrize(
        ("wrong", "says"),
        [
            ({"name": ""}, "Please check these points"),
            ({"name": "撤収ボランティア枠"}, "has a slot called “撤収ボランティア枠” already"),
            ({"capacity": "-1"}, "Please check these points"),
            ({"capacity": "9" * 400}, "Please check these points"),
            ({"capacity": ""}, "Please check these points"),
            ({"promotion_stops": "2026-12-05T14:01"}, "both before the event begins"),
            ({"promotion_stops": "2026-12-03T13:59"}, "Free cancellation ends first"),
            ({"free_cancellation_ends": "2026-12-04T14:01"}, "Free cancellation ends first"),
            ({"closes": "2026-12-05T16:31"}, "when the event ends at the latest"),
            ({"closes": "2026-11-30T23:58"}, "Entries for the lottery close later than that"),
            ({"closes": "yesterday"}, "Enter a day and a time"),
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
        assert "Somebody else changed this" in seen
        assert "ベンの名前" in seen
        assert "私の名前" in seen
        assert first(slot.event).name == "ベンの名前"
        again = mine | {"seen": answer.context["seen"]}
        assert "Saved." in text(desk.post(url_of(slot), again, follow=True))
        assert first(slot.event).name == "私の名前"

    def test_an_event_that_is_over_stays_as_it_was(self, desk: Client) -> None:
        slot = first(cast.event(slots=[cast.first_come_plan(5)]))
        sent = fields_of(desk, slot) | {"capacity": "9"}
        with time_machine.travel(cast.ENDS_AT + timedelta(hours=1), tick=False):
            answer = desk.post(url_of(slot), sent)
            assert "over or cancelled" in text(answer)
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


class TestMovingSeats:
    def event(self, *, waiting: int = 0) -> Event:
        """Three seats of which one is taken, and one full seat, with a queue."""
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
        assert "2 people moved up from the queue" in seen
        assert [slot.capacity for slot in event.slots.in_order()] == [1, 3]
        assert Registration.objects.filter(state=State.WAITLISTED).count() == 1
        assert [verbs(slot) for slot in event.slots.in_order()] == [["move_seats"], ["receive_seats"]]

    @pytest.mark.parametrize("seats", ["3", "4", "99999"])
    def test_more_than_are_unused_are_refused_with_the_number(self, desk: Client, seats: str) -> None:
        event = self.event()
        answer = self.move(desk, event, seats)
        assert answer.status_code == 409
        assert f"“会員枠” has 2 unused seats, so {seats} cannot be moved." in text(answer)
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


class TestHowPeopleGetIn:
    LOTTERY = {
        "admission": "lottery",
        "closes": "2026-11-28T23:00",
        "draws": "2026-11-29T12:00",
        "first_come_seats": "20",
        "takes_pairs": "on",
        "source": "entered",
        "source_note": "ロト6 第2000回 本数字6個を昇順、空白区切り",
        "favours": "first_time",
        "lighter_for_no_shows": "on",
    }

    def change(self, desk: Client, slot: Slot, **changed: str) -> Any:
        sent = {**fields_of(desk, slot, "admission/"), **changed}
        return desk.post(url_of(slot, "admission/"), sent, follow=True)

    def test_first_come_becomes_a_lottery_with_everything_declared(self, desk: Client) -> None:
        slot = first(cast.event(slots=[cast.first_come_plan(60)]))
        assert "Saved." in text(self.change(desk, slot, **self.LOTTERY))
        slot = first(slot.event)
        lottery = slot.lottery
        assert (slot.admission, slot.first_come_seats, slot.takes_pairs) == ("lottery", 20, True)
        assert (lottery.source, lottery.favours, lottery.lighter_for_no_shows) == ("entered", "first_time", True)
        assert lottery.source_note == "ロト6 第2000回 本数字6個を昇順、空白区切り"
        assert lottery.closes_at == datetime.fromisoformat("2026-11-28T23:00+09:00")
        assert lottery.draws_at == datetime.fromisoformat("2026-11-29T12:00+09:00")
        assert len(lottery.secret) == 64
        assert verbs(slot) == ["change_admission"]
        assert cast.registered("dan", slot.event).state == State.CONFIRMED

    def test_what_is_left_empty_is_as_the_page_says(self, desk: Client) -> None:
        slot = first(cast.event(slots=[cast.first_come_plan(60)]))
        page = desk.get(url_of(slot, "admission/"))
        assert "entries close on Mon, Nov 30, 11:59 PM and the draw is on Tue, Dec 1, 12:00 PM" in text(page)
        self.change(desk, slot, admission="lottery")
        lottery = first(slot.event).lottery
        assert (lottery.closes_at, lottery.draws_at) == (cast.CLOSES_AT, cast.DRAWS_AT)
        # The strongest proof is what is chosen beforehand.
        assert lottery.source == Lottery.Source.DRAND

    def test_a_site_that_may_not_ask_the_beacon_does_not_offer_it(self, desk: Client, settings: Any) -> None:
        settings.OUTGOING_HOSTS = []
        slot = first(cast.event(slots=[cast.first_come_plan(60)]))
        page = desk.get(url_of(slot, "admission/"))
        assert 'value="drand"' not in page.content.decode()
        assert "set up not to ask the public beacon" in text(page)
        assert self.change(desk, slot, **{**self.LOTTERY, "source": "drand"}).status_code == 422

    def test_a_lottery_becomes_first_come_while_nobody_is_in_it(self, desk: Client) -> None:
        slot = first(cast.event(slots=[cast.lottery_plan()]))
        self.change(desk, slot, admission="first_come")
        slot = Slot.objects.get(pk=slot.pk)
        assert slot.admission == "first_come"
        assert not Lottery.objects.exists()
        assert cast.registered("dan", slot.event).state == State.CONFIRMED

    @pytest.mark.parametrize(
        ("usual", "hosts", "source"),
        [
            ("drand", ["api.drand.sh", "drand.cloudflare.com"], "drand"),
            ("drand", ["api.drand.sh"], "secret"),
            ("secret", ["api.drand.sh", "drand.cloudflare.com"], "secret"),
        ],
    )
    def test_a_new_lottery_has_the_strongest_source_that_the_site_can_ask(
        self, desk: Client, settings: Any, usual: str, hosts: list[str], source: str
    ) -> None:
        settings.LOTTERY_SOURCE, settings.OUTGOING_HOSTS = usual, hosts
        event = cast.event(slots=[])
        desk.post(f"/desk/events/{event.public_id}/slots/new/", {"name": "枠", "admission": "lottery", "capacity": "3"})
        desk.post(
            "/desk/c/ml/events/new/",
            {"title": "次の会", "day": "2027-01-10", "starts": "19:00", "intent": "draft", "language": "ja"}
            | {"time_zone": "Asia/Tokyo", "format": "online", "visibility": "public", "admission": "lottery"},
        )
        assert list(Lottery.objects.values_list("source", flat=True)) == [source] * 2

    def test_once_somebody_has_registered_it_stays(self, desk: Client) -> None:
        slot = first(cast.event(slots=[cast.lottery_plan()]))
        before = fields_of(desk, slot, "admission/")
        cast.registered("dan", slot.event)
        page = desk.get(url_of(slot, "admission/")).content.decode()
        assert 'name="admission"' not in page
        assert 'name="source"' not in page
        assert 'name="closes"' in page
        # Nor by a crafted request, nor by one that was under way.
        desk.post(url_of(slot, "admission/"), before | {"admission": "first_come", "favours": "first_time"})
        lottery = first(slot.event).lottery
        assert (lottery.favours, lottery.source) == ("", "secret")
        with pytest.raises(AdmissionIsAnnounced):
            change_admission(
                slot=slot,
                plan=AdmissionPlan(Slot.Admission.FIRST_COME),
                at=cast.NOW,
                by=cast.person("aiko"),
            )
        with pytest.raises(AdmissionIsAnnounced):
            change_admission(
                slot=slot,
                plan=AdmissionPlan(
                    Slot.Admission.LOTTERY,
                    LotteryDates(cast.CLOSES_AT, cast.DRAWS_AT),
                    LotteryTerms(favours=Lottery.Favours.FIRST_TIME),
                ),
                at=cast.NOW,
                by=cast.person("aiko"),
            )

    def test_new_dates_are_told_to_everyone_in_the_draw(self, desk: Client) -> None:
        slot = first(cast.event(slots=[cast.lottery_plan()]))
        for guest in cast.people(2):
            cast.registered(guest, slot.event)
        answer = self.change(desk, slot, closes="2026-12-01T12:00", draws="2026-12-02T12:00")
        assert "2 people in the draw are told of the new dates by mail." in text(answer)
        lottery = first(slot.event).lottery
        assert lottery.draws_at == datetime.fromisoformat("2026-12-02T12:00+09:00")
        assert Notification.objects.filter(kind="draw_moved").count() == 2
        # Saved once more, nothing has changed, and nobody is told.
        self.change(desk, slot)
        assert Notification.objects.filter(kind="draw_moved").count() == 2

    def test_pairs_may_be_let_in_later_but_not_shut_out(self, desk: Client) -> None:
        slot = first(cast.event(slots=[cast.lottery_plan()]))
        cast.registered("dan", slot.event)
        self.change(desk, slot, takes_pairs="on")
        assert first(slot.event).takes_pairs
        assert 'name="takes_pairs"' not in desk.get(url_of(slot, "admission/")).content.decode()
        self.change(desk, slot)
        assert first(slot.event).takes_pairs

    def test_what_is_frozen_is_fixed(self, desk: Client) -> None:
        slot = first(cast.event(slots=[cast.lottery_plan()]))
        sent = fields_of(desk, slot, "admission/") | {"draws": "2026-12-02T12:00"}
        for at in (cast.CLOSES_AT, cast.DRAWS_AT):
            with time_machine.travel(at, tick=False):
                page = text(desk.get(url_of(slot, "admission/")))
                assert "dates and rules of this lottery stay as they are" in page
                assert desk.post(url_of(slot, "admission/"), sent).status_code in {409, 422}
        plan = AdmissionPlan(Slot.Admission.LOTTERY, LotteryDates(cast.DRAWS_AT, cast.STARTS_AT - timedelta(days=1)))
        with pytest.raises(EntriesAreClosed):
            change_admission(slot=slot, plan=plan, at=cast.CLOSES_AT, by=cast.person("aiko"))
        assert first(slot.event).lottery.draws_at == cast.DRAWS_AT

    @pytest.mark.parametrize(
        ("wrong", "says"),
        [
            ({"closes": "2026-11-19T12:00"}, "Entries would close in the past"),
            ({"draws": "2026-11-28T23:29"}, "at least 30 minutes after entries close"),
            ({"draws": "2026-12-05T14:00"}, "before the event begins"),
            ({"source_note": ""}, "Say which public value it is"),
            ({"source_note": "\x00"}, "Please check these points"),
            ({"source": "dice"}, "Please check these points"),
            ({"favours": "friends"}, "Please check these points"),
            ({"first_come_seats": "60"}, "at least one is left for the draw"),
            ({"first_come_seats": "-1"}, "Please check these points"),
            ({"admission": "duty"}, "Please check these points"),
            ({"closes": "soon"}, "Enter a day and a time"),
        ],
    )
    def test_what_is_wrong_is_said_and_nothing_is_lost(self, desk: Client, wrong: dict[str, str], says: str) -> None:
        slot = first(cast.event(slots=[cast.first_come_plan(60)]))
        answer = self.change(desk, slot, **{**self.LOTTERY, **wrong})
        assert answer.status_code == 422
        assert says in text(answer)
        assert 'value="2026-11-29T12:00"' in answer.content.decode() or "draws" in wrong
        assert first(slot.event).admission == "first_come"

    def test_two_organizers_do_not_save_over_each_other_unseen(self, desk: Client) -> None:
        slot = first(cast.event(slots=[cast.lottery_plan()]))
        mine = fields_of(desk, slot, "admission/") | {"favours": "first_time"}
        self.change(desk, slot, favours="lost_last_time", draws="2026-12-01T18:00")
        answer = desk.post(url_of(slot, "admission/"), mine)
        assert answer.status_code == 409
        assert "Those who got no seat last time" in text(answer)
        assert "Tue, Dec 1, 6:00 PM" in text(answer)
        assert first(slot.event).lottery.favours == "lost_last_time"
        desk.post(url_of(slot, "admission/"), mine | {"seen": answer.context["seen"]})
        assert first(slot.event).lottery.favours == "first_time"

    def test_seats_that_come_with_a_duty_or_an_invitation_are_not_asked_for(self, desk: Client) -> None:
        event = cast.event(slots=[cast.lottery_plan(), cast.duty_plan(), cast.invited_plan()])
        general, *others = event.slots.in_order()
        assert desk.get(url_of(general)).content.decode().count("admission/") == 1
        for slot in others:
            assert desk.get(url_of(slot, "admission/")).status_code == 404
            assert "admission/" not in desk.get(url_of(slot)).content.decode()
            plan = AdmissionPlan(Slot.Admission.FIRST_COME)
            with pytest.raises(NotForAsking):
                change_admission(slot=slot, plan=plan, at=cast.NOW, by=cast.person("aiko"))

    def test_an_invited_slot_can_be_added(self, desk: Client) -> None:
        event = cast.event()
        sent = {"name": "ご招待枠", "admission": "invited", "capacity": "3"}
        desk.post(f"/desk/events/{event.public_id}/slots/new/", sent)
        assert event.slots.get(name="ご招待枠").admission == "invited"


class TestQuestions:
    FIELDS = {
        "label": "参加形態",
        "kind": "choice",
        "choices": "会場\n\nオンライン\r\n会場",
        "help": "",
        "required": "on",
    }

    def slot(self) -> Slot:
        return first(cast.event(slots=[cast.first_come_plan(9)]))

    def ask(self, desk: Client, slot: Slot, **changed: str) -> Any:
        return desk.post(url_of(slot, "questions/"), {**self.FIELDS, **changed}, follow=True)

    def asked(self, slot: Slot) -> list[Question]:
        return questions_of(Slot.objects.get(pk=slot.pk))

    def change(self, desk: Client, slot: Slot, number: int = 0, **changed: str) -> Any:
        path = f"questions/{self.asked(slot)[number].id}/"
        return desk.post(url_of(slot, path), {**fields_of(desk, slot, path), **changed}, follow=True)

    def answered(self, slot: Slot, answer: Any = "会場") -> Registration:
        [question] = self.asked(slot)
        slot = Slot.objects.select_related("event").get(pk=slot.pk)
        return register(slot=slot, attendee=cast.person("dan"), at=cast.NOW, answers={question.id: answer})

    def test_each_kind_can_be_asked(self, desk: Client) -> None:
        slot = self.slot()
        assert "This slot asks nothing." in text(desk.get(url_of(slot, "questions/")))
        assert "Whoever registers from now on is asked." in text(self.ask(desk, slot))
        self.ask(desk, slot, kind="multiple", label="関心", choices="評価\n推薦\n運用", required="")
        self.ask(desk, slot, kind="text", label="会社名", choices="無視\nされる", required="", help="任意です")
        self.ask(desk, slot, kind="consent", label="写真に写ってもよい")
        asked = self.asked(slot)
        assert [one.kind for one in asked] == ["choice", "multiple", "text", "consent"]
        assert asked[0].choices == ("会場", "オンライン")
        assert (asked[2].choices, asked[2].help) == ((), "任意です")
        assert [one.required for one in asked] == [True, False, False, True]
        assert len({one.id for one in asked}) == 4
        assert verbs(slot) == ["ask_question"] * 4
        page = text(desk.get(url_of(slot, "questions/")))
        assert "会場 / オンライン" in page
        assert "4 questions" in text(desk.get(url_of(slot)))
        form = cast.signed_in("dan").get(f"/events/{slot.event.public_id}/registration/").content.decode()
        assert all(one.label in form for one in asked)

    def test_what_an_organizer_types_is_no_markup(self, desk: Client) -> None:
        slot = self.slot()
        evil = "<b onclick=x>&</b>"
        self.ask(desk, slot, label=evil, help=evil, choices=f"{evil}\nb")
        pages = [
            desk.get(url_of(slot, "questions/")),
            desk.get(url_of(slot, f"questions/{self.asked(slot)[0].id}/")),
            cast.signed_in("dan").get(f"/events/{slot.event.public_id}/registration/"),
        ]
        for page in pages:
            assert "<b onclick" not in page.content.decode()

    def test_it_is_put_in_other_words_and_keeps_its_id_and_answers(self, desk: Client) -> None:
        slot = self.slot()
        self.ask(desk, slot)
        before = self.asked(slot)[0]
        registration = self.answered(slot)
        page = text(desk.get(url_of(slot, f"questions/{before.id}/")))
        assert "1 person has answered." in page
        self.change(desk, slot, label="どこで参加しますか", choices="会議室\nオンライン", required="")
        after = self.asked(slot)[0]
        assert (after.id, after.label, after.choices) == (before.id, "どこで参加しますか", ("会議室", "オンライン"))
        registration.refresh_from_db()
        assert registration.answers == {before.id: "会場"}

    def test_the_kind_of_an_answered_question_stays(self, desk: Client) -> None:
        slot = self.slot()
        self.ask(desk, slot)
        self.change(desk, slot, kind="text")
        assert self.asked(slot)[0].kind == "text"
        self.answered(slot, "会場です")
        answer = self.change(desk, slot, kind="consent", label="別の文")
        assert answer.status_code == 409
        assert "There are answers already (1), so the kind of question stays." in text(answer)
        assert 'value="別の文"' in answer.content.decode()
        assert self.asked(slot)[0].kind == "text"

    def test_one_that_is_taken_out_is_not_lost(self, desk: Client) -> None:
        slot = self.slot()
        self.ask(desk, slot)
        self.ask(desk, slot, label="二つ目", kind="text", required="")
        first_id = self.asked(slot)[0].id
        registration = register(
            slot=Slot.objects.get(pk=slot.pk), attendee=cast.person("dan"), at=cast.NOW, answers={first_id: "会場"}
        )
        path = f"questions/{first_id}/retirement/"
        assert "Answers that were given are kept." in text(desk.post(url_of(slot, path), follow=True))
        assert [one.label for one in self.asked(slot)] == ["二つ目"]
        registration.refresh_from_db()
        assert registration.answers == {first_id: "会場"}
        page = desk.get(url_of(slot, "questions/"))
        assert "1 question is not asked any more" in text(page)
        # Twice changes nothing, and its own page is gone.
        assert "Somebody else took it out" in text(desk.post(url_of(slot, path), follow=True))
        assert desk.get(url_of(slot, f"questions/{first_id}/")).status_code == 404
        assert "It is asked again." in text(desk.post(url_of(slot, path), {"intent": "again"}, follow=True))
        assert [one.id for one in self.asked(slot)][-1] == first_id

    def test_the_order(self, desk: Client) -> None:
        slot = self.slot()
        for label in ("一", "二", "三"):
            self.ask(desk, slot, label=label, kind="text")
        last = self.asked(slot)[2].id
        desk.post(url_of(slot, f"questions/{self.asked(slot)[0].id}/retirement/"))
        for direction in ("up", "up", "sideways"):
            desk.post(url_of(slot, f"questions/{last}/place/"), {"direction": direction})
        assert [one.label for one in self.asked(slot)] == ["三", "二"]
        assert len(Slot.objects.get(pk=slot.pk).questions) == 3
        desk.post(url_of(slot, f"questions/{last}/place/"), {"direction": "down"})
        assert [one.label for one in self.asked(slot)] == ["二", "三"]

    @pytest.mark.parametrize(
        ("wrong", "says"),
        [
            ({"label": ""}, "Please check these points"),
            ({"label": "あ" * 201}, "Please check these points"),
            ({"kind": "essay"}, "Please check these points"),
            ({"choices": "会場"}, "at least two answers"),
            ({"choices": "会場\n会場"}, "at least two answers"),
            ({"choices": "\n" * 9, "kind": "multiple"}, "at least two answers"),
            ({"choices": "あ" * 101 + "\nい"}, "at most 100 characters"),
            ({"choices": "\n".join(map(str, range(51)))}, "at most 50 answers"),
            ({"choices": "\x00\nい"}, "Please check these points"),
            ({"help": "あ" * 301}, "Please check these points"),
        ],
    )
    def test_what_is_wrong_is_said_and_nothing_is_lost(self, desk: Client, wrong: dict[str, str], says: str) -> None:
        slot = self.slot()
        answer = self.ask(desk, slot, **wrong)
        assert answer.status_code == 422
        assert says in text(answer)
        assert 'value="参加形態"' in answer.content.decode() or "label" in wrong
        assert self.asked(slot) == []

    def test_a_form_stays_short(self, desk: Client) -> None:
        slot = self.slot()
        for number in range(20):
            self.ask(desk, slot, label=f"質問{number}", kind="text")
        answer = self.ask(desk, slot)
        assert answer.status_code == 409
        assert "at most 20 questions" in text(answer)

    def test_two_organizers_do_not_lose_each_others_questions(self, desk: Client) -> None:
        slot = self.slot()
        self.ask(desk, slot)
        path = f"questions/{self.asked(slot)[0].id}/"
        mine = fields_of(desk, slot, path) | {"label": "私の言葉"}
        self.change(desk, slot, label="ベンの言葉", choices="会場\nオンライン\n未定")
        answer = desk.post(url_of(slot, path), mine)
        assert answer.status_code == 409
        assert "ベンの言葉" in text(answer)
        assert "私の言葉" in text(answer)
        assert self.asked(slot)[0].label == "ベンの言葉"
        desk.post(url_of(slot, path), mine | {"seen": answer.context["seen"]})
        assert self.asked(slot)[0].label == "私の言葉"

    def test_seats_that_come_with_a_duty_ask_nothing(self, desk: Client) -> None:
        duty = cast.slot_of(cast.event(), Slot.Admission.DUTY)
        assert desk.get(url_of(duty, "questions/")).status_code == 404
        assert desk.post(url_of(duty, "questions/"), self.FIELDS).status_code == 404
        assert desk.post(url_of(duty, "questions/x/retirement/")).status_code == 404

    def test_an_event_that_is_over_asks_nothing_new(self, desk: Client) -> None:
        slot = self.slot()
        with time_machine.travel(cast.ENDS_AT, tick=False):
            assert "over or cancelled" in text(self.ask(desk, slot))
        assert self.asked(slot) == []


class TestAskingWhoStillComes:
    def plan(self, desk: Client, slot: Slot, **changed: str) -> Any:
        values = desk.get(url_of(slot, "reconfirmation/")).context["form"].initial
        sent = {
            name: value.strftime("%Y-%m-%dT%H:%M") if isinstance(value, datetime) else value
            for name, value in values.items()
        }
        return desk.post(url_of(slot, "reconfirmation/"), {**sent, **changed}, follow=True)

    @pytest.mark.parametrize("plan", [cast.lottery_plan(), cast.first_come_plan()])
    def test_what_the_page_proposes_can_be_planned(self, desk: Client, plan: SlotPlan) -> None:
        slot = first(cast.event(slots=[plan]))
        assert "Saved." in text(self.plan(desk, slot))
        planned = Reconfirmation.objects.get()
        assert planned.answer_by == slot.promotion_stops_at - timedelta(hours=24)
        assert planned.ask_at == planned.answer_by - timedelta(hours=48)
        assert not planned.releases_silent
        assert "Dec 1, 2:00 PM" in text(desk.get(url_of(slot)))
        self.plan(desk, slot, silent="release", ask="2026-12-01T20:00")
        planned.refresh_from_db()
        assert planned.releases_silent
        assert planned.ask_at == datetime.fromisoformat("2026-12-01T20:00+09:00")

    def test_it_can_be_taken_back(self, desk: Client) -> None:
        slot = first(cast.event(slots=[cast.first_come_plan()]))
        self.plan(desk, slot)
        assert "Nobody is asked." in text(self.plan(desk, slot, intent="drop"))
        assert not Reconfirmation.objects.exists()

    @pytest.mark.parametrize(
        ("wrong", "says"),
        [
            ({"ask": "2026-11-19T12:00"}, "has passed already"),
            ({"ask": "2026-11-30T12:00"}, "Nobody has a seat before the draw"),
            ({"answer": "2026-12-03T14:01"}, "at least 24 hours before"),
            ({"ask": "2026-12-02T14:01"}, "at least 24 hours to answer"),
            ({"ask": ""}, "Please check these points"),
            ({"answer": "soon"}, "Enter a day and a time"),
            ({"silent": "shout"}, "Please check these points"),
        ],
    )
    def test_what_is_wrong_is_said(self, desk: Client, wrong: dict[str, str], says: str) -> None:
        slot = first(cast.event())
        answer = self.plan(desk, slot, **wrong)
        assert answer.status_code in {409, 422}
        assert says in text(answer)
        assert not Reconfirmation.objects.exists()

    def test_promotion_does_not_stop_before_the_answers_are_there(self, desk: Client) -> None:
        slot = first(cast.event(slots=[cast.first_come_plan()]))
        self.plan(desk, slot)
        sent = fields_of(desk, slot) | {"promotion_stops": "2026-12-04T13:00"}
        assert "Change that question first." in text(desk.post(url_of(slot), sent))

    def test_seats_that_come_with_a_duty_are_certain(self, desk: Client) -> None:
        duty = cast.slot_of(cast.event(), Slot.Admission.DUTY)
        assert desk.get(url_of(duty, "reconfirmation/")).status_code == 404

    def test_once_asked_the_page_says_how_many_answered(self, desk: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan()])
        for guest in cast.people(2):
            cast.registered(guest, event)
        slot = first(event)
        self.plan(desk, slot, silent="release")
        planned = Reconfirmation.objects.get()
        ask_to_reconfirm(reconfirmation=planned, at=planned.ask_at)
        with time_machine.travel(planned.ask_at + timedelta(hours=1), tick=False):
            page = text(desk.get(url_of(slot, "reconfirmation/")))
        assert "answers are due by Thu, Dec 3, 2:00 PM. Seats of those who do not answer go to who waits." in page
        assert "2 have not answered" in page


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
        assert "2 of 3 seats go first come, first served; 1 by the draw." in page
        assert "Two people may enter together." in page
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
        assert "2.0 people a seat" in page

    def test_of_what_is_not_drawn_nothing_is_said(self) -> None:
        page = self.page(cast.event(slots=[cast.first_come_plan()]))
        assert "Random value" not in page


class TestPages:
    PATHS = ("", "admission/", "questions/", "reconfirmation/", "seats/")

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
