"""A shift is planned in the form below the list."""

from datetime import timedelta

import pytest
from django.test import Client

from meetups.registrations.models import Slot
from tests.support import cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]


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

    @pytest.mark.in_short(4)
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
