"""How people get into a slot, and which terms are announced."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from meetups.notifications.models import Notification
from meetups.registrations.actions.slots.change_admission import (
    AdmissionIsAnnounced,
    AdmissionPlan,
    EntriesAreClosed,
    NotForAsking,
    change_admission,
)
from meetups.registrations.admission import LotteryDates
from meetups.registrations.models import Lottery, Registration, Slot
from meetups.registrations.new_slots import LotteryTerms
from tests.desk.slots.pages import _now, desk, fields_of, first, text, url_of, verbs
from tests.support import cast

# Pytest finds the fixtures of `pages` by these names.
__all__ = ["_now", "desk"]

pytestmark = pytest.mark.django_db

State = Registration.State


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
        # The default is the source with the strongest proof.
        assert lottery.source == Lottery.Source.DRAND

    def test_a_site_that_may_not_ask_the_beacon_does_not_offer_it(self, desk: Client, settings: Any) -> None:
        settings.OUTGOING_HOSTS = []
        slot = first(cast.event(slots=[cast.first_come_plan(60)]))
        page = desk.get(url_of(slot, "admission/"))
        assert 'value="drand"' not in page.content.decode()
        assert "set up not to use the public beacon" in text(page)
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
        # A crafted request, or one that was sent from an older page, changes nothing either.
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
        assert "We’ll email the new dates to 2 people in the lottery." in text(answer)
        lottery = first(slot.event).lottery
        assert lottery.draws_at == datetime.fromisoformat("2026-12-02T12:00+09:00")
        assert Notification.objects.filter(kind="draw_moved").count() == 2
        # Saving again changes nothing, and no one is told.
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
                assert "this lottery’s dates and rules stay as they are" in page
                assert desk.post(url_of(slot, "admission/"), sent).status_code in {409, 422}
        plan = AdmissionPlan(Slot.Admission.LOTTERY, LotteryDates(cast.DRAWS_AT, cast.STARTS_AT - timedelta(days=1)))
        with pytest.raises(EntriesAreClosed):
            change_admission(slot=slot, plan=plan, at=cast.CLOSES_AT, by=cast.person("aiko"))
        assert first(slot.event).lottery.draws_at == cast.DRAWS_AT

    @pytest.mark.in_short(5)
    @pytest.mark.parametrize(
        ("wrong", "says"),
        [
            ({"closes": "2026-11-19T12:00"}, "Entries would close in the past"),
            ({"draws": "2026-11-28T23:29"}, "at least 30 minutes after entries close"),
            ({"draws": "2026-12-05T14:00"}, "before the event"),
            ({"source_note": ""}, "Say which public value it is"),
            ({"source_note": "\x00"}, "Please check these points"),
            ({"source": "dice"}, "Please check these points"),
            ({"favours": "friends"}, "Please check these points"),
            ({"first_come_seats": "60"}, "Leave at least one for the draw"),
            ({"first_come_seats": "-1"}, "Please check these points"),
            ({"admission": "duty"}, "Please check these points"),
            ({"closes": "soon"}, "Enter a date and time"),
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
        assert "People who got no seat last time" in text(answer)
        assert "Tue, Dec 1, 6:00 PM" in text(answer)
        assert first(slot.event).lottery.favours == "lost_last_time"
        desk.post(url_of(slot, "admission/"), mine | {"seen": answer.context["edit"].seen})
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
