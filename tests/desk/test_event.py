"""The desk of one event: the next step, the fill level, the changes, and the people who are told."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from meetups.events.models import Event
from meetups.notifications.models import Notification
from meetups.registrations.actions.slots.add_slot import EntriesWouldHaveClosed, add_slot
from meetups.registrations.models import Registration, Slot
from meetups.speakers.models import Talk
from meetups.volunteers.actions.signups.step_down import step_down
from tests.support import cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(cast.NOW, tick=False):
        yield


@pytest.fixture
def desk() -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(cast.person("aiko", language="en"))
    return client


def page(desk: Client, event: Event, path: str = "") -> str:
    answer = desk.get(f"/desk/events/{event.public_id}/{path}")
    assert answer.status_code == 200
    return str(answer.content.decode()).replace("<wbr>", "")


def told(kind: str) -> int:
    return Notification.objects.filter(kind=kind).count()


class TestNextThing:
    def test_a_draft_wants_to_be_published(self, desk: Client) -> None:
        assert "Publish the draft" in page(desk, cast.event(publish=False))

    def test_a_proposal_wants_a_decision(self, desk: Client) -> None:
        event = cast.event()
        cast.talk("emi", event, state=Talk.State.PROPOSED)
        assert "Review 1 proposal" in page(desk, event)

    def test_a_shift_wants_people(self, desk: Client) -> None:
        event = cast.event()
        cast.volunteering("emi", event)
        assert "“撤収” needs 1 more person" in page(desk, event)

    @pytest.mark.parametrize("days", [30, 5])
    def test_a_missing_venue_comes_before_people_for_teardown(self, desk: Client, days: int) -> None:
        event = cast.event(venue_name="", venue_address="")
        with time_machine.travel(max(cast.STARTS_AT - timedelta(days=days), cast.NOW), tick=False):
            seen = page(desk, event)
        assert "The venue isn’t set" in seen
        assert f"/desk/events/{event.public_id}/edit/" in seen
        assert "more person" not in seen

    def test_a_missing_venue_is_more_pressing_than_a_proposal_when_it_is_near(self, desk: Client) -> None:
        event = cast.event(venue_name="", venue_address="")
        cast.talk("emi", event, state=Talk.State.PROPOSED)
        with time_machine.travel(cast.STARTS_AT - timedelta(days=11), tick=False):
            assert "Review 1 proposal" in page(desk, event)
        with time_machine.travel(cast.STARTS_AT - timedelta(days=9), tick=False):
            assert "The venue isn’t set" in page(desk, event)

    def test_a_draft_says_that_its_venue_is_missing_and_an_online_event_has_none(self, desk: Client) -> None:
        assert "The venue isn’t set" in page(desk, cast.event(publish=False, venue_name="", venue_address=""))
        assert "The venue isn’t set" not in page(desk, cast.online_event())

    def test_while_nobody_has_registered_the_address_can_be_copied(self, desk: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan(5)])
        address = f"/events/{event.public_id}/"
        assert 'readonly value="http' in page(desk, event)
        assert f'{address}">' in page(desk, event)
        assert 'id="event-address"' in page(desk, event)
        cast.registered("dan", event)
        assert 'id="event-address"' not in page(desk, event)
        assert 'id="event-address"' not in page(desk, cast.event(publish=False))

    def test_a_draw_runs_by_itself(self, desk: Client) -> None:
        event = cast.event(slots=[cast.lottery_plan()])
        cast.registered("dan", event)
        cast.talk("emi", event)
        assert "The draw runs on Tue, Dec 1, 12:00 PM" in page(desk, event)

    def test_a_draw_that_is_overdue_can_be_run(self, desk: Client) -> None:
        event = cast.event()
        with time_machine.travel(cast.DRAWS_AT + timedelta(minutes=5), tick=False):
            assert "Run the draw" in page(desk, event)

    @pytest.mark.parametrize(
        "at", [cast.STARTS_AT - timedelta(hours=2), cast.STARTS_AT, cast.ENDS_AT - timedelta(minutes=1)]
    )
    def test_on_the_day_it_is_the_door(self, desk: Client, at: datetime) -> None:
        event = cast.event(slots=[cast.first_come_plan()])
        cast.registered("dan", event)
        with time_machine.travel(at, tick=False):
            assert "Welcome people at the door" in page(desk, event)


class TestFigures:
    @pytest.mark.parametrize("number", [1, 3, 30])
    def test_the_number_of_queries_does_not_grow(self, desk: Client, number: int) -> None:
        event = cast.event()
        for guest in cast.people(number):
            cast.registered(guest, event)
        cast.volunteering("emi", event)
        cast.talk("emi", event)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page(desk, event)
        assert len(queries) == 13

    @pytest.mark.parametrize("number", [1, 3, 30])
    def test_so_it_is_on_the_other_pages(self, desk: Client, number: int) -> None:
        event = cast.event(shifts=[cast.teardown_plan(minimum=1, maximum=30)])
        for guest in cast.people(number):
            cast.volunteering(guest, event)
            cast.talk(guest, event)
        for path, expected in {"attendees/": 8, "check-in/": 4, "shifts/": 8, "talks/": 7}.items():
            with CaptureQueriesContext(connection) as queries:
                page(desk, event, path)
            assert len(queries) == expected, path


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


class TestEditing:
    def fields(self, desk: Client, event: Event, **changed: str) -> dict[str, Any]:
        form = desk.get(f"/desk/events/{event.public_id}/edit/").context["form"]
        typed = {name: form[name].value() for name in form.fields}
        typed |= {"day": str(typed["day"]), "starts": f"{typed['starts']:%H:%M}", "ends": f"{typed['ends']:%H:%M}"}
        return {**{name: value for name, value in typed.items() if value not in (None, False)}, **changed}

    def test_a_form_that_is_sent_as_it_came_changes_nothing(self, desk: Client) -> None:
        event = cast.event(description="## 内容\n\n- 一つ目\n- 二つ目")
        url = f"/desk/events/{event.public_id}/edit/"
        before = Event.objects.filter(pk=event.pk).values().get()
        fields = self.fields(desk, event)
        # Browsers end lines with CR LF.
        fields["description"] = fields["description"].replace("\n", "\r\n")
        assert desk.post(url, fields).status_code == 302
        assert Event.objects.filter(pk=event.pk).values().get() == before
        assert told("event_changed") == 0

    def test_a_new_date_is_shown_with_who_is_told_before_it_is_made(self, desk: Client) -> None:
        event = cast.event()
        for guest in cast.people(3):
            cast.registered(guest, event)
        url = f"/desk/events/{event.public_id}/edit/"
        fields = self.fields(desk, event, day="2026-12-12")
        asked = desk.post(url, {**fields, "intent": "save"})
        assert "the email to 3 people leaves in ten minutes" in asked.content.decode()
        event.refresh_from_db()
        assert event.starts_at == cast.STARTS_AT
        back = desk.post(url, {**fields, "intent": "back"})
        assert 'value="2026-12-12"' in back.content.decode()
        assert desk.post(url, {**fields, "intent": "send"}).status_code == 302
        event.refresh_from_db()
        assert event.starts_at == cast.STARTS_AT + timedelta(days=7)
        assert told("event_changed") == 3

    def test_the_question_carries_the_whole_form(self, desk: Client) -> None:
        """The confirmation page sends on exactly the typed values."""
        event = cast.event(venue_capacity=60)
        cast.registered("dan", event)
        url = f"/desk/events/{event.public_id}/edit/"
        asked = desk.post(url, {**self.fields(desk, event, day="2026-12-12"), "intent": "save"})
        form = asked.context["form"]
        hidden = {name: form[name].value() for name in form.fields}
        assert (
            desk.post(url, {k: v for k, v in hidden.items() if v not in (None, False)} | {"intent": "send"}).status_code
            == 302
        )
        event.refresh_from_db()
        assert (event.venue_capacity, event.reminders_on, event.hashtag) == (60, True, "mlstudy")

    def test_words_change_without_a_mail(self, desk: Client) -> None:
        event = cast.event()
        url = f"/desk/events/{event.public_id}/edit/"
        assert desk.post(url, self.fields(desk, event, title="新しい題")).status_code == 302, (
            "no one is there to be told"
        )
        cast.registered("dan", event)
        asked = desk.post(url, self.fields(desk, event, title="別の題"))
        assert "Only words change" in asked.content.decode()
        assert "checked" not in asked.content.decode().partition('class="switch"')[2].partition(">")[0]
        assert desk.post(url, {**self.fields(desk, event, title="別の題"), "intent": "send"}).status_code == 302
        assert told("event_changed") == 0

    @pytest.mark.parametrize(
        ("typed", "kept"),
        [
            (
                "作るより、動かし続けるほうが難しい。\r\n 失敗も込みの話。\r\n\r\n",
                "作るより、動かし続けるほうが難しい。\n失敗も込みの話。",
            ),
            ("あ" * 80, "あ" * 80),
            ("a" * 160, "a" * 160),
            ("あ" * 81, None),
            ("one\ntwo\nthree", None),
            ("turned \u202eround", None),
        ],
    )
    def test_two_lines_in_the_organizers_own_words(self, desk: Client, typed: str, kept: str | None) -> None:
        event = cast.event()
        answer = desk.post(f"/desk/events/{event.public_id}/edit/", self.fields(desk, event, hook=typed))
        event.refresh_from_db()
        assert (answer.status_code, event.hook) == ((302, kept) if kept else (422, ""))

    def test_the_second_of_two_organizers_sees_what_the_first_one_changed(self, desk: Client) -> None:
        event = cast.event()
        url = f"/desk/events/{event.public_id}/edit/"
        mine = {**self.fields(desk, event), "seen": str(desk.get(url).context["seen"])}
        desk.post(url, {**mine, "title": "先に直した題"})
        late = desk.post(url, {**mine, "hashtag": "mine"})
        assert late.status_code == 409
        seen = late.content.decode()
        assert "<bdi>愛子</bdi> changed this event while you were editing" in seen
        assert "先に直した題" in seen
        assert 'value="mine"' in seen
        event.refresh_from_db()
        assert (event.title, event.hashtag) == ("先に直した題", "mlstudy")
        again = {**mine, "hashtag": "mine", "seen": str(late.context["seen"])}
        assert desk.post(url, again).status_code == 302
        event.refresh_from_db()
        assert (event.title, event.hashtag) == (mine["title"], "mine")

    def test_a_change_between_the_question_and_its_answer_is_seen(self, desk: Client) -> None:
        event = cast.event()
        cast.registered("dan", event)
        url = f"/desk/events/{event.public_id}/edit/"
        mine = {**self.fields(desk, event), "seen": str(desk.get(url).context["seen"])}
        asked = desk.post(url, {**mine, "day": "2026-12-12"})
        assert f'name="seen" value="{mine["seen"]}"' in asked.content.decode()
        desk.post(url, {**mine, "title": "先に直した題", "intent": "send"})
        assert desk.post(url, {**mine, "day": "2026-12-12", "intent": "send"}).status_code == 409

    @pytest.mark.parametrize("nonsense", ["", "x", "9" * 5000, "\x00"])
    def test_nonsense_for_what_was_seen_breaks_nothing(self, desk: Client, nonsense: str) -> None:
        event = cast.event()
        url = f"/desk/events/{event.public_id}/edit/"
        fields = self.fields(desk, event)
        desk.post(url, {**fields, "title": "先"})
        assert desk.post(url, {**fields, "seen": nonsense}).status_code == 409

    def test_a_cancelled_event_can_be_edited_and_nobody_is_told(self, desk: Client) -> None:
        event = cast.event()
        cast.registered("dan", event)
        desk.post(f"/desk/events/{event.public_id}/cancellation/")
        assert told("event_cancelled") == 1
        assert "canceled" in page(desk, event, "edit/")
        fields = self.fields(desk, event, day="2026-12-12")
        assert desk.post(f"/desk/events/{event.public_id}/edit/", fields).status_code == 302
        event.refresh_from_db()
        assert event.starts_at == cast.STARTS_AT + timedelta(days=7)
        assert told("event_changed") == 0

    def test_an_event_of_many_days_keeps_its_last_day(self, desk: Client) -> None:
        event = cast.event(ends_at=cast.ENDS_AT + timedelta(days=1))
        fields = self.fields(desk, event, title="二日間の会")
        assert str(fields["last_day"]) == "2026-12-06"
        desk.post(f"/desk/events/{event.public_id}/edit/", {**fields, "last_day": "2026-12-06"})
        event.refresh_from_db()
        assert event.ends_at == cast.ENDS_AT + timedelta(days=1)


class TestCancelling:
    def test_it_asks_with_the_number_and_changes_nothing_by_looking(self, desk: Client) -> None:
        event = cast.event()
        for guest in cast.people(3):
            cast.registered(guest, event)
        assert "We’ll email 3 people" in page(desk, event, "cancellation/")
        event.refresh_from_db()
        assert event.is_published

    def test_a_draft_has_nobody_to_tell(self, desk: Client) -> None:
        event = cast.event(publish=False)
        answer = desk.post(f"/desk/events/{event.public_id}/cancellation/", follow=True)
        assert "was never published" in answer.content.decode()


class TestLineOfTime:
    def test_it_has_every_reminder_that_is_sent(self, desk: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan(5)])
        seen = page(desk, event)
        assert seen.count("Reminder to confirmed attendees") == 2
        assert seen.count("Reminder on the day") == 1
        assert "Connection check" not in seen

    def test_a_streamed_one_has_those_of_its_rehearsal_and_the_connection_check(self, desk: Client) -> None:
        event = cast.online_event()
        seen = page(desk, event)
        assert "Rehearsal reminder" in seen
        assert "Rehearsal in 30 minutes" in seen
        assert "Connection check" not in seen
        cast.talk("emi", event)
        assert "Connection check: email to the speakers" in page(desk, event)

    def test_a_reminder_whose_time_was_before_the_date_was_set_is_not_there(self, desk: Client) -> None:
        with time_machine.travel(cast.STARTS_AT - timedelta(hours=30), tick=False):
            seen = page(desk, cast.event(slots=[cast.first_come_plan(5)], at=cast.STARTS_AT - timedelta(hours=30)))
        assert seen.count("Reminder to confirmed attendees") == 1
        assert "Reminder on the day" in seen


class TestCheckIn:
    def test_long_before_the_event_the_page_says_so(self, desk: Client) -> None:
        event = cast.event()
        assert "The event is in 15 days" in page(desk, event, "check-in/")
        with time_machine.travel(cast.STARTS_AT, tick=False):
            assert "The event is in" not in page(desk, event, "check-in/")


class TestShifts:
    FIELDS = {
        "role": "setup",
        "phase": "setup",
        "title": "設営",
        "starts": "2026-12-05T13:00",
        "ends": "2026-12-05T14:00",
        "minimum": "2",
        "maximum": "3",
    }

    def test_a_shift_is_planned_on_the_venues_clock(self, desk: Client) -> None:
        event = cast.event()
        answer = desk.post(f"/desk/events/{event.public_id}/shifts/", {**self.FIELDS, "guarantees_seat": "on"})
        assert answer.status_code == 302
        shift = event.shifts.get(title="設営")
        assert shift.starts_at == cast.STARTS_AT - timedelta(hours=1)
        assert cast.slot_of(event, Slot.Admission.DUTY).capacity == 7
        assert shift.slot is not None

    @pytest.mark.parametrize(
        "wrong",
        [
            {"title": ""},
            {"ends": "2026-12-05T12:00"},
            {"starts": "9999-12-31T23:59"},
            {"starts": "2026-11-01T10:00"},
            {"minimum": "4"},
            {"phase": "party"},
            {"role": "dancing"},
            {"role": ""},
            {"role": "teardown"},
            {"phase": "teardown"},
            {"maximum": "9" * 400},
        ],
    )
    def test_what_is_wrong_is_said(self, desk: Client, wrong: dict[str, str]) -> None:
        event = cast.event()
        answer = desk.post(f"/desk/events/{event.public_id}/shifts/", {**self.FIELDS, **wrong})
        assert answer.status_code == 422
        assert "Please check these points" in answer.content.decode()
        assert event.shifts.count() == 1


class TestLately:
    def test_a_volunteer_who_came_or_went_is_named_with_her_shift(self, desk: Client) -> None:
        event = cast.event()
        signup = cast.volunteering("emi", event)
        assert "<bdi>絵美</bdi> signed up for the shift “撤収”" in page(desk, event)
        step_down(signup=signup, at=cast.NOW, by=signup.volunteer)
        assert "<bdi>絵美</bdi> canceled their shift “撤収”" in page(desk, event)


class TestDraw:
    def test_a_list_that_was_fixed_late_does_not_move_the_deadline(self, desk: Client) -> None:
        event = cast.event()
        cast.registered("dan", event)
        with time_machine.travel(cast.DRAWS_AT + timedelta(minutes=1), tick=False):
            slot = cast.slot_of(event, Slot.Admission.LOTTERY)
            desk.post(f"/desk/events/{event.public_id}/draw/", {"slot": slot.public_id})
            late = page(desk, event, "draw/")
        assert "Mon, Nov 30, 11:59 PM" in late
        assert "entry list locked on" in late

    def test_a_trial_is_labelled_and_changes_nothing(self, desk: Client) -> None:
        event = cast.event()
        registration = cast.registered("dan", event)
        seen = page(desk, event, "draw/?try=1")
        assert "This is a trial, not the real draw" in seen
        assert "ダン" in seen
        registration.refresh_from_db()
        assert (registration.state, registration.drawn_rank) == (Registration.State.APPLIED, None)

    def test_there_is_no_trial_after_entries_have_closed(self, desk: Client) -> None:
        event = cast.event()
        cast.registered("dan", event)
        slot = cast.slot_of(event, Slot.Admission.LOTTERY)
        with time_machine.travel(cast.DRAWS_AT + timedelta(minutes=1), tick=False):
            cast.draw(event)
            seen = page(desk, event, "draw/?try=1")
        assert "A trial" not in seen
        assert slot.lottery.commitment in seen
        slot.lottery.refresh_from_db()
        assert slot.lottery.manifest_sha256 in seen
        assert slot.lottery.value in seen

    def test_it_cannot_be_run_before_its_time(self, desk: Client) -> None:
        event = cast.event()
        slot = cast.slot_of(event, Slot.Admission.LOTTERY)
        answer = desk.post(f"/desk/events/{event.public_id}/draw/", {"slot": slot.public_id}, follow=True)
        assert "too early for the draw" in answer.content.decode()

    def test_an_overdue_draw_is_run_once(self, desk: Client) -> None:
        event = cast.event()
        cast.registered("dan", event)
        slot = cast.slot_of(event, Slot.Admission.LOTTERY)
        with time_machine.travel(cast.DRAWS_AT + timedelta(minutes=5), tick=False):
            assert "The draw is overdue" in page(desk, event, "draw/")
            for _click in range(2):
                desk.post(f"/desk/events/{event.public_id}/draw/", {"slot": slot.public_id})
        assert Registration.objects.get().state == Registration.State.CONFIRMED
        assert told("drawn_in") == 1
