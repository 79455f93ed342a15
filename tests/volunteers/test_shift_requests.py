"""A volunteer who needs an organizer's approval asks for it, and holds nothing until the answer (RULES 24)."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from meetups.events.models import Event
from meetups.lifecycle.invariants import breaches
from meetups.notifications.models import Notification
from meetups.registrations.lottery.weights import WINDOW
from meetups.registrations.models import Registration
from meetups.volunteers.models import Shift, Signup
from tests.support import cast

FIELDS = {
    "title": "撤収",
    "role": "teardown",
    "phase": "teardown",
    "starts": "2026-12-05T16:30",
    "ends": "2026-12-05T17:30",
    "minimum": "2",
    "maximum": "4",
}
pytestmark = pytest.mark.django_db
State = Signup.State


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(cast.NOW, tick=False):
        yield
        assert breaches() == []


def missed(*, who: str = "emi", ago: timedelta = timedelta(days=30), community: str = "ml") -> Signup:
    """`who` did not come to teardown of an earlier event."""
    starts_at = cast.NOW - ago
    earlier = cast.event(
        of=cast.community(slug=community),
        title="ML勉強会 #13",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        at=starts_at - timedelta(days=20),
    )
    signup = cast.volunteering(who, earlier, at=starts_at - timedelta(days=19))
    Signup.objects.filter(pk=signup.pk).update(mark=Signup.Mark.ABSENT, marked_at=starts_at + timedelta(days=1))
    return signup


def page(shift: Shift, *, who: str = "emi") -> str:
    url = f"/events/{shift.event.public_id}/shifts/{shift.pk}/signup/"
    return str(cast.signed_in(who).get(url, follow=True).content.decode())


def ask(shift: Shift, *, who: str = "emi", **fields: str) -> str:
    url = f"/events/{shift.event.public_id}/shifts/{shift.pk}/signup/"
    return str(cast.signed_in(who).post(url, fields, follow=True).content.decode())


def answer(signup: Signup, **fields: str) -> str:
    url = f"/desk/events/{signup.shift.event.public_id}/signups/{signup.pk}/answer/"
    return str(cast.signed_in("aiko").post(url, fields, follow=True).content.decode())


def told(kind: str) -> list[str]:
    rows = Notification.objects.filter(kind=kind).order_by("pk").select_related("recipient")
    return [row.recipient.email.partition("@")[0] for row in rows if row.recipient]


def place(event: Event, who: str = "emi") -> str:
    mine = Registration.objects.active().filter(event=event, attendee=cast.person(who)).first()
    return mine.slot.name if mine else ""


class TestAfterAnAbsence:
    def test_the_page_says_so_before_the_click_and_the_click_only_asks(self) -> None:
        missed()
        event = cast.event()
        cast.registered("emi", event)
        shift = cast.shift_of(event)
        before = page(shift)
        assert "You missed a shift in the last 180 days" in before
        assert "You get a seat right away" not in before
        for _click in range(2):
            assert "Request sent" in ask(shift)
        shift.refresh_from_db()
        assert (shift.taken, place(event)) == (0, "一般参加枠")
        assert Signup.objects.filter(shift=shift).get().state == State.ASKED
        assert told("shift_asked") == ["aiko"]
        desk = cast.signed_in("aiko")
        assert (
            "1 person is waiting for your approval"
            in desk.get(f"/desk/events/{event.public_id}/shifts/").content.decode()
        )
        asked = desk.get(f"/desk/events/{event.public_id}/shifts/{shift.pk}/").content.decode()
        assert "missed a shift in the last 180 days" in asked

    def test_a_yes_gives_shift_and_seat(self) -> None:
        missed()
        event = cast.event()
        shift = cast.shift_of(event)
        ask(shift)
        signup = Signup.objects.awaiting_approval().get()
        for _click in range(2):
            assert "We’ll email " in answer(signup, accept="1")
        shift.refresh_from_db()
        assert (shift.taken, place(event)) == (1, "撤収ボランティア枠")
        assert told("duty_taken")[-1] == "emi"
        assert "already" in answer(signup, decline="1")

    def test_a_no_leaves_everything_as_it_was_and_is_told(self) -> None:
        missed()
        event = cast.event()
        cast.registered("emi", event)
        ask(cast.shift_of(event))
        answer(Signup.objects.awaiting_approval().get(), decline="1")
        assert place(event) == "一般参加枠"
        assert told("shift_declined") == ["emi"]

    def test_who_no_longer_asks_cannot_be_accepted(self) -> None:
        missed()
        event = cast.event()
        ask(cast.shift_of(event))
        signup = Signup.objects.awaiting_approval().get()
        assert "is withdrawn" in ask(signup.shift, withdraw="1")
        assert "already" in answer(signup, accept="1")
        assert place(event) == ""

    @pytest.mark.parametrize("change", ["done", "excused", "elsewhere", "long ago"])
    def test_what_does_not_count_needs_no_yes(self, change: str) -> None:
        if change == "elsewhere":
            missed(community="other")
        elif change == "long ago":
            missed(ago=WINDOW + timedelta(days=1))
        else:
            Signup.objects.filter(pk=missed().pk).update(mark=change)
        event = cast.event()
        ask(cast.shift_of(event))
        assert place(event) == "撤収ボランティア枠"

    def test_a_shift_that_fills_meanwhile_is_not_overfull(self) -> None:
        missed()
        event = cast.event(shifts=[cast.teardown_plan(minimum=1, maximum=1)])
        ask(cast.shift_of(event))
        cast.volunteering("finn", event)
        assert "This shift is full." in answer(Signup.objects.awaiting_approval().get(), accept="1")


class TestApprovalWanted:
    def wanted(self) -> Shift:
        event = cast.event()
        shift = cast.shift_of(event)
        url = f"/desk/events/{event.public_id}/shifts/{shift.pk}/"
        cast.signed_in("aiko").post(url, {**FIELDS, "needs_approval": "on"})
        shift.refresh_from_db()
        assert shift.needs_approval
        return shift

    def test_everyone_asks(self) -> None:
        shift = self.wanted()
        assert "The organizers choose who does this shift" in page(shift)
        ask(shift)
        assert Signup.objects.awaiting_approval().count() == 1

    def test_a_cancelled_shift_answers_who_asked(self) -> None:
        shift = self.wanted()
        ask(shift)
        with time_machine.travel(cast.STARTS_AT - timedelta(hours=23), tick=False):
            cast.signed_in("aiko").post(f"/desk/events/{shift.event.public_id}/shifts/{shift.pk}/cancellation/")
        assert not Signup.objects.awaiting_approval().exists()
        assert told("shift_called_off") == ["emi"]

    def test_who_only_asked_hears_that_the_event_is_cancelled(self) -> None:
        shift = self.wanted()
        ask(shift)
        desk, url = cast.signed_in("aiko"), f"/desk/events/{shift.event.public_id}/cancellation/"
        assert "1 person" in desk.get(url).content.decode()
        desk.post(url)
        assert told("event_cancelled") == ["emi"]

    def test_who_leaves_the_event_no_longer_asks(self) -> None:
        shift = self.wanted()
        cast.registered("emi", shift.event)
        ask(shift)
        cast.signed_in("emi").post(f"/events/{shift.event.public_id}/registration/cancellation/")
        assert not Signup.objects.awaiting_approval().exists()


def test_the_page_costs_the_same_whether_one_has_asked_or_three() -> None:
    event = cast.event()
    shift = cast.shift_of(event)
    Shift.objects.update(needs_approval=True)
    desk = cast.signed_in("aiko")
    costs = []
    for names in (("emi",), ("dan", "finn")):
        for name in names:
            ask(shift, who=name)
        with CaptureQueriesContext(connection) as queries:
            desk.get(f"/desk/events/{event.public_id}/shifts/{shift.pk}/")
        costs.append(len(queries))
    assert costs == [10, 10]
