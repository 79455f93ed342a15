"""The page of a draw: a trial, the locked list, and the button for an overdue one."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from meetups.notifications.models import Notification
from meetups.registrations.models import Registration, Slot
from tests.desk.event.pages import page
from tests.support import cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]


def told(kind: str) -> int:
    return Notification.objects.filter(kind=kind).count()


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
