"""One flat list of open shifts: one tap takes a shift, and a shift that cannot be taken shows the reason (V2)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from meetups.communities.permissions import Role
from meetups.events.models import Event
from meetups.lifecycle.actions.cancel_event import cancel_event
from meetups.lifecycle.invariants import breaches
from meetups.registrations.models import Registration
from meetups.volunteers.actions.shifts.plan_shift import plan_shift
from meetups.volunteers.models import Shift, Signup
from meetups.volunteers.shift_plan import ShiftPlan
from tests.support import cast

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(cast.NOW, tick=False):
        yield
        assert breaches() == []


def planned(event: Event, title: str = "設営", *, starts: timedelta = -2 * HOUR, seat: bool = False) -> Shift:
    """A shift of one hour, `starts` after the start of the event. It needs one to two people."""
    starts_at = event.starts_at + starts
    plan = ShiftPlan(Shift.Phase.SETUP, Shift.Role.SETUP, title, starts_at, starts_at + HOUR, 1, 2)
    return plan_shift(event=event, plan=plan, guarantees_seat=seat, at=cast.NOW, by=cast.person("aiko"))


def page(path: str, who: str = "emi") -> str:
    return str(cast.signed_in(who).get(path).content.decode())


def tap(path: str, shift: Shift, who: str = "emi") -> Any:
    return cast.signed_in(who).post(path, {"shift": shift.pk}, follow=True)


def of(event: Event) -> str:
    return f"/events/{event.public_id}/shifts/"


class TestOneEvent:
    def test_one_tap_takes_it_and_it_stands_on_top(self) -> None:
        event = cast.event()
        cast.registered("emi", event)
        before = page(of(event))
        assert "2 people still needed" in before
        assert "Take this shift and you’re in, no lottery" in before
        assert "Your registration in “一般参加枠” moves to this seat." in before
        assert "back into the lottery" in before
        answer = tap(of(event), cast.shift_of(event))
        assert answer.redirect_chain == [(of(event), 302)]
        after = answer.content.decode()
        assert "The shift is yours." in after
        assert after.index("My shifts") < after.index("Cancel my shift")
        assert f'name="shift" value="{cast.shift_of(event).pk}"' not in after
        assert Registration.objects.get(event=event).slot.name == "撤収ボランティア枠"

    def test_it_says_where_and_who_leads_and_how_many_are_missing(self) -> None:
        event = cast.event()
        shift = planned(event)
        Shift.objects.filter(pk=shift.pk).update(place="18階ロビー", lead=cast.member("ben", Role.ORGANIZER), taken=0)
        html = page(of(event))
        assert "18階ロビー" in html
        assert "Lead: <bdi>ベン</bdi>" in html
        assert "1 person still needed" in html
        assert "This shift doesn’t come with a seat." in html
        anybody = Client(headers={"Accept-Language": "en"}).get(of(event)).content.decode()
        assert "18階ロビー" in anybody
        assert "ベン" not in anybody

    def test_a_time_can_be_read_on_the_readers_own_clock(self) -> None:
        """The page's script adds it to every time range, with the offset there."""
        shift = planned(cast.event())
        times = (
            '<time datetime="2026-12-05T12:00:00+09:00" data-until="2026-12-05T13:00:00+09:00">12:00–1:00 PM JST</time>'
        )
        assert shift.title in page("/shifts/")
        assert times in page("/shifts/")

    def test_whoever_is_not_signed_in_reads_it_and_signs_in_to_take(self) -> None:
        event = cast.event()
        url = f"/events/{event.public_id}/shifts/{cast.shift_of(event).pk}/signup/"
        client = Client(headers={"Accept-Language": "en"})
        answer = client.get(of(event))
        assert f'href="{url}"' in answer.content.decode()
        assert "Name and email address are enough" in answer.content.decode()
        assert not answer.cookies
        sent = client.post(of(event), {"shift": cast.shift_of(event).pk})
        assert 'name="signed-out-email"' in sent.content.decode(), "the choice waits for the code"
        assert not Signup.objects.exists()

    def test_what_overlaps_mine_is_explained_and_what_is_full_is_folded(self) -> None:
        event = cast.event(shifts=[cast.teardown_plan(minimum=1, maximum=1)])
        cast.volunteering("finn", event)
        setup, other = planned(event), planned(event, "受付", starts=-90 * HOUR / 60)
        cast.volunteering("emi", event, shift=setup)
        html = page(of(event))
        assert "At the same time as your shift “設営”." in html
        assert f'value="{other.pk}"' not in html
        assert "1 shift has enough people" in html
        assert html.index("<details") < html.index("撤収", html.index("1 shift has enough people"))

    def test_past_the_deadline_it_does_not_say_that_stepping_down_is_free(self) -> None:
        event = cast.event(slots=[cast.first_come_plan(5), cast.duty_plan()])
        shift = cast.shift_of(event)
        pages = (of(event), f"{of(event)}{shift.pk}/signup/")
        for path, words in zip(pages, ("You can cancel freely until", "Free until"), strict=True):
            assert words in page(path)
        with time_machine.travel(shift.step_down_until, tick=False):
            for path in pages:
                html = page(path)
                assert "You can cancel freely" not in html
                assert "Free until" not in html
                assert "If you cancel your shift, the organizers are notified at once" in html

    def test_of_a_cancelled_event_it_says_that_alone(self) -> None:
        event = cast.event()
        cancel_event(event=event, at=cast.NOW, by=cast.person("aiko"))
        html = page(of(event))
        assert "This event was canceled." in html
        assert "撤収" not in html.partition("<h1")[2]
        answer = tap(of(event), cast.shift_of(event))
        assert answer.status_code == 409
        assert "over or canceled" in answer.content.decode()

    def test_a_refusal_stands_on_the_list_itself(self) -> None:
        event = cast.event(shifts=[cast.teardown_plan(minimum=1, maximum=1)])
        cast.volunteering("finn", event)
        answer = tap(of(event), cast.shift_of(event))
        assert answer.status_code == 409
        assert "This shift is full." in answer.content.decode()
        assert "1 shift has enough people" in answer.content.decode()

    def test_where_a_yes_is_needed_the_tap_asks(self) -> None:
        event = cast.event()
        Shift.objects.update(needs_approval=True)
        assert "The organizers choose who does this shift" in page(of(event))
        after = tap(of(event), cast.shift_of(event)).content.decode()
        assert "Request sent." in after
        assert "Withdraw my request" in after
        assert Signup.objects.get().state == Signup.State.ASKED

    def test_a_shift_of_another_event_is_not_found(self) -> None:
        event, other = cast.event(), cast.event(title="他の会")
        assert tap(of(event), cast.shift_of(other)).status_code == 404
        for nonsense in ("", "x", "9" * 30, "-1"):
            assert cast.signed_in("emi").post(of(event), {"shift": nonsense}).status_code == 404
        assert not Signup.objects.exists()

    def test_the_event_and_the_registration_lead_there(self) -> None:
        event = cast.event()
        planned(event)
        cast.registered("emi", event)
        link = f'href="{of(event)}"'
        assert link in page(f"/events/{event.public_id}/", "finn")
        assert link in page(f"/events/{event.public_id}/registration/", "finn")
        assert link in page(f"/events/{event.public_id}/registration/")
        assert 'href="/shifts/"' in page("/me/")


class TestAllEvents:
    def test_it_shows_what_one_may_see_and_has_reason_to(self) -> None:
        cast.event(title="公開の会")
        cast.event(title="会員の会", visibility=Event.Visibility.MEMBERS)
        unlisted = cast.event(title="限定の会", visibility=Event.Visibility.UNLISTED)
        cast.event(title="下書き", publish=False)
        html = page("/shifts/")
        assert "公開の会" in html
        for title in ("会員の会", "限定の会", "下書き"):
            assert title not in html
        cast.registered("emi", unlisted)
        assert "限定の会" in page("/shifts/")
        cast.member("ben", Role.ORGANIZER)
        assert "会員の会" in page("/shifts/", "ben")

    def test_one_tap_takes_it_there_too(self) -> None:
        event = cast.event()
        answer = tap("/shifts/", cast.shift_of(event))
        assert answer.redirect_chain == [("/shifts/", 302)]
        assert cast.shift_of(event).taken == 1
        hidden = cast.event(visibility=Event.Visibility.MEMBERS)
        assert tap("/shifts/", cast.shift_of(hidden)).status_code == 404

    def test_days_are_those_of_the_event_s_own_clock(self) -> None:
        event = cast.event(time_zone="America/Los_Angeles")
        # In Tokyo it is already Saturday.
        assert "<h2>Fri, Dec 4</h2>" in page(of(event))

    def test_a_cancelled_shift_or_event_asks_nobody(self) -> None:
        event = cast.event()
        Shift.objects.filter(event=event).update(cancelled_at=cast.NOW, taken=0)
        assert "No shifts available right now" in page("/shifts/")

    @pytest.mark.parametrize("count", [1, 3])
    def test_the_same_queries_whatever_the_number(self, count: int, django_assert_num_queries: Any) -> None:
        for number in range(count):
            days = timedelta(days=number)
            event = cast.event(title=f"会 {number}", starts_at=cast.STARTS_AT + days, ends_at=cast.ENDS_AT + days)
            planned(event)
            cast.volunteering("emi", event)
        emi = cast.signed_in("emi")
        # Session and person; shift count, shifts, communities, slots; the volunteer's own shifts, hand-overs, places, absences.
        with django_assert_num_queries(9):
            html = emi.get("/shifts/").content.decode()
        assert html.count('name="shift"') == count
        with django_assert_num_queries(8):
            emi.get(of(event))


class TestWhileItIsUnderWay:
    def test_my_page_offers_to_go_early_and_no_longer_calls_the_event_next(self) -> None:
        event = cast.event()
        cast.volunteering("emi", event)
        assert 'id="next-event"' in page("/me/")
        with time_machine.travel(event.ends_at + HOUR / 2, tick=False):
            html = page("/me/")
            assert 'id="next-event"' not in html
            assert "Cancel my shift" not in html
            assert "Leave early" in html
            question = page(f"/events/{event.public_id}/shifts/{cast.shift_of(event).pk}/signup/end/")
            assert "The organizers are notified at once." in question
            assert "Your attendance at the event stays on record." in question
            cast.signed_in("emi").post(f"/events/{event.public_id}/shifts/{cast.shift_of(event).pk}/signup/end/")
        assert Signup.objects.get().late
        assert Registration.objects.active().get(event=event).state == Registration.State.CONFIRMED

    def test_a_shift_that_is_done_is_no_more_to_be_stepped_down_from(self) -> None:
        event = cast.event()
        signup = cast.volunteering("emi", event, shift=planned(event))
        assert "Cancel my shift" in page(f"/events/{event.public_id}/")
        with time_machine.travel(signup.shift.ends_at, tick=False):
            html = page(f"/events/{event.public_id}/")
        assert "設営" in html
        assert "Cancel my shift" not in html
        assert "Find a replacement" not in html
