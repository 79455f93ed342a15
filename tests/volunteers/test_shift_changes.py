"""A shift is changed and cancelled at the desk (RULES 19, 21, 23, 25)."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client

from meetups.events.models import Event
from meetups.lifecycle.invariants import breaches
from meetups.notifications.actions.deliver import deliver
from meetups.notifications.models import Notification
from meetups.registrations.models import Registration, Slot
from meetups.volunteers.actions.shifts.plan_shift import plan_shift
from meetups.volunteers.actions.signups.step_down import step_down
from meetups.volunteers.models import Shift, Signup
from meetups.volunteers.shift_plan import ShiftPlan
from tests.support import cast
from tests.support.scenes.shift_scene import cancel_at_once

pytestmark = pytest.mark.django_db
State = Registration.State


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(cast.NOW, tick=False):
        yield
        assert breaches() == []


def place(name: str, event: Event) -> tuple[str, str]:
    """The slot that `name` is in, and their state there."""
    mine = Registration.objects.filter(event=event, attendee=cast.person(name)).select_related("slot")
    registration = mine.order_by("-pk")[0]
    return registration.slot.name, registration.state


def told(kind: str) -> list[str]:
    """The people who were told, in the order of the outbox."""
    rows = Notification.objects.filter(kind=kind).order_by("pk").select_related("recipient")
    return [row.recipient.email.partition("@")[0] for row in rows if row.recipient]


def setup_shift(event: Event, *, seat: bool) -> Shift:
    starts_at = event.starts_at - timedelta(hours=2)
    plan = ShiftPlan(Shift.Phase.SETUP, Shift.Role.SETUP, "設営", starts_at, starts_at + timedelta(hours=1), 1, 2)
    return plan_shift(event=event, plan=plan, guarantees_seat=seat, at=cast.NOW, by=cast.person("aiko"))


def url_of(shift: Shift) -> str:
    return f"/desk/events/{shift.event.public_id}/shifts/{shift.pk}/"


class TestCancelling:
    def cancel(self, desk: Client, shift: Shift) -> str:
        return cancel_at_once(desk, shift)

    def test_before_the_draw_seats_become_entries_and_everyone_is_told(self, desk: Client) -> None:
        event = cast.event()
        shift = cast.shift_of(event)
        for name in ("emi", "finn"):
            cast.volunteering(name, event)
        assert f"{url_of(shift)}cancellation/" in desk.get(f"/desk/events/{event.public_id}/shifts/").content.decode()
        asked = desk.get(f"{url_of(shift)}cancellation/").content.decode()
        assert "2 people have signed up. We’ll email them." in asked
        assert "go back into the lottery for “一般参加枠”" in asked
        assert Signup.objects.active().count() == 2
        for _click in range(2):
            assert "is canceled." in self.cancel(desk, shift)
        assert place("emi", event) == place("finn", event) == ("一般参加枠", State.APPLIED)
        assert told("shift_cancelled") == ["emi", "finn"]
        assert told("stepped_down") == told("stepped_down_late") == []
        assert cast.slot_of(event, Slot.Admission.DUTY).capacity == 0
        assert "撤収ボランティア枠" not in Client().get(f"/events/{event.public_id}/").content.decode()
        assert "No shifts yet" in desk.get(f"/desk/events/{event.public_id}/shifts/").content.decode()
        assert (
            "<bdi>愛子</bdi> canceled the shift “撤収”" in desk.get(f"/desk/events/{event.public_id}/").content.decode()
        )

    def test_the_mail_names_the_shift_and_takes_it_out_of_the_calendar(self, desk: Client) -> None:
        event = cast.event()
        cast.volunteering("emi", event)
        self.cancel(desk, cast.shift_of(event))
        deliver(at=cast.NOW + timedelta(minutes=2))
        [letter] = [one for one in mail.outbox if one.to == ["emi@example.org"]]
        assert "撤収" in letter.body
        [calendar] = [part.get_content() for part in letter.attachments if "撤収" in part.get_content()]
        assert "STATUS:CANCELLED" in calendar
        event.refresh_from_db()
        assert f"SEQUENCE:{event.sequence}" in calendar
        assert event.sequence > 0

    def test_stepping_down_takes_it_out_of_the_calendar_too(self) -> None:
        event = cast.event()
        signup = cast.volunteering("emi", event)
        deliver(at=cast.NOW + timedelta(minutes=1))
        mail.outbox.clear()
        step_down(signup=signup, at=cast.NOW + timedelta(minutes=2), by=signup.volunteer)
        deliver(at=cast.NOW + timedelta(minutes=3))
        [letter] = mail.outbox
        [calendar, of_event] = [part.get_content() for part in letter.attachments]
        assert "撤収" in calendar
        assert "STATUS:CANCELLED" in calendar
        # The seat came with the shift, and they wait in the lottery from now on.
        assert "STATUS:CANCELLED" in of_event

    def test_later_they_get_a_free_seat_or_queue_who_took_it_first_going_first(self, desk: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan(2), cast.duty_plan()])
        cast.registered("dan", event)
        for minutes, name in enumerate(("finn", "emi")):
            cast.volunteering(name, event, at=cast.NOW + timedelta(minutes=minutes))
        shift = cast.shift_of(event)
        assert "move to “先着枠”" in desk.get(f"{url_of(shift)}cancellation/").content.decode()
        self.cancel(desk, shift)
        assert place("finn", event) == ("先着枠", State.CONFIRMED)
        assert place("emi", event) == ("先着枠", State.WAITLISTED)

    def test_after_the_deadline_it_counts_against_nobody(self, desk: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan(1), cast.duty_plan()])
        cast.volunteering("emi", event)
        with time_machine.travel(cast.STARTS_AT - timedelta(hours=1), tick=False):
            self.cancel(desk, cast.shift_of(event))
        assert Signup.objects.get().late is False
        assert told("stepped_down_late") == []

    def test_another_shift_or_a_talk_keeps_the_seat(self, desk: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan(1), cast.duty_plan(), cast.invited_plan(1)])
        other = setup_shift(event, seat=True)
        teardown = event.shifts.get(title="撤収")
        for name in ("emi", "finn"):
            cast.volunteering(name, event, shift=teardown)
        cast.volunteering("emi", event, shift=other)
        cast.talk("finn", event)
        self.cancel(desk, teardown)
        assert place("emi", event) == ("撤収ボランティア枠", State.CONFIRMED)
        assert place("finn", event) == ("登壇者枠", State.CONFIRMED)
        assert told("shift_cancelled") == ["emi", "finn"]
        assert cast.slot_of(event, Slot.Admission.DUTY).capacity == 2

    def test_a_shift_without_seats(self, desk: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan(2)])
        shift = setup_shift(event, seat=False)
        cast.registered("dan", event)
        cast.volunteering("dan", event, shift=shift)
        self.cancel(desk, shift)
        assert place("dan", event) == ("先着枠", State.CONFIRMED)
        assert told("shift_called_off") == ["dan"]
        deliver(at=cast.NOW + timedelta(minutes=2))
        assert any("設営" in one.body for one in mail.outbox)

    @pytest.mark.parametrize("at", [cast.ENDS_AT + timedelta(hours=1), cast.ENDS_AT + timedelta(days=3)])
    def test_what_is_over_cannot_be_cancelled(self, desk: Client, at: datetime) -> None:
        event = cast.event()
        with time_machine.travel(at, tick=False):
            assert "This shift is over" in self.cancel(desk, cast.shift_of(event))
        assert Shift.objects.open().count() == 1


class TestChanging:
    FIELDS = {
        "title": "撤収",
        "role": "teardown",
        "phase": "teardown",
        "instructions": "机を戻します。",
        "starts": "2026-12-05T16:30",
        "ends": "2026-12-05T17:30",
        "minimum": "2",
        "maximum": "4",
    }

    def change(self, desk: Client, shift: Shift, **changed: str) -> str:
        return str(desk.post(url_of(shift), {**self.FIELDS, **changed}, follow=True).content.decode())

    def test_more_people_mean_more_seats(self, desk: Client) -> None:
        event = cast.event()
        shift = cast.shift_of(event)
        assert 'value="4"' in desk.get(url_of(shift)).content.decode()
        assert "Saved." in self.change(desk, shift, title="片付け", maximum="6")
        shift.refresh_from_db()
        assert (shift.title, shift.instructions, shift.maximum) == ("片付け", "机を戻します。", 6)
        assert cast.slot_of(event, Slot.Admission.DUTY).capacity == 6
        assert (
            "<bdi>愛子</bdi> changed the shift “片付け”"
            in desk.get(f"/desk/events/{event.public_id}/").content.decode()
        )

    def test_fewer_than_have_taken_it_are_refused_with_the_number(self, desk: Client) -> None:
        event = cast.event()
        for name in ("emi", "finn", "dan"):
            cast.volunteering(name, event)
        shift = cast.shift_of(event)
        assert "3 people have already signed up for this shift" in self.change(desk, shift, maximum="2")
        assert cast.slot_of(event, Slot.Admission.DUTY).capacity == 4
        assert "Saved." in self.change(desk, shift, maximum="3")
        assert cast.slot_of(event, Slot.Admission.DUTY).capacity == 3

    @pytest.mark.parametrize(
        "wrong", [{"title": ""}, {"minimum": "5"}, {"minimum": "0"}, {"maximum": "9" * 400}, {"maximum": ""}]
    )
    def test_what_is_wrong_is_said(self, desk: Client, wrong: dict[str, str]) -> None:
        shift = cast.shift_of(cast.event())
        assert "Please check these points" in self.change(desk, shift, **wrong)
        shift.refresh_from_db()
        assert (shift.minimum, shift.maximum) == (2, 4)

    def test_a_cancelled_shift_is_gone(self, desk: Client) -> None:
        shift = cast.shift_of(cast.event())
        cancel_at_once(desk, shift)
        assert desk.get(url_of(shift)).status_code == 404
