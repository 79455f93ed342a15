"""Two events have two seat locks, but a volunteer is still in only one place at a time."""

from typing import Any

import pytest

from meetups.volunteers import duty_seats
from meetups.volunteers.actions.signups import sign_up as signing_up
from meetups.volunteers.actions.signups.sign_up import sign_up
from meetups.volunteers.models import Signup
from meetups.volunteers.refusals import ShiftsOverlap
from tests.concurrency.threads import accidents, at_once, wait_for_the_others
from tests.support import cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("waits", [True, False], ids=["waits", "without waiting it goes wrong"])
def test_of_two_shifts_at_one_time_at_two_events_a_double_click_takes_one(
    waits: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    emi = cast.person("emi")
    shifts = [cast.shift_of(cast.event()), cast.shift_of(cast.event(of=cast.community(slug="web", name="Web会")))]

    def decide_and_pause(*arguments: Any, **named: Any) -> None:
        duty_seats.refuse_overlap(*arguments, **named)
        wait_for_the_others()

    monkeypatch.setattr(signing_up, "refuse_overlap", decide_and_pause)
    if not waits:
        monkeypatch.setattr(signing_up, "one_shift_at_a_time", lambda volunteer: None)
    given = at_once(*(lambda shift=shift: sign_up(shift=shift, volunteer=emi, at=cast.NOW) for shift in shifts))
    assert accidents(given) == []
    assert Signup.objects.active().filter(volunteer=emi).count() == (1 if waits else 2)
    assert sum(isinstance(one, ShiftsOverlap) for one in given) == (1 if waits else 0)
