"""Hundreds of random steps break no rule.

`make faults` takes ten thousand random steps; `make stories` takes five hundred, the same ones each time.
"""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from meetups.core.errors import DomainError
from meetups.events.models import Undo
from meetups.events.undo import UndoHasEnded
from meetups.lifecycle import new_event
from meetups.lifecycle.actions.undo import take_back_cancellation, take_back_change, take_back_publication
from meetups.registrations.models import Registration
from meetups.registrations.models.registration import RegistrationQuerySet
from meetups.registrations.pen import held_places, holds, ledger, pair_entries, people_by_hand, seats
from meetups.registrations.pen.holds import Holds
from meetups.registrations.pen.ledger import Ledger
from meetups.registrations.pen.promotion import Queue
from meetups.registrations.pen.seats import Seats
from meetups.registrations.refusals import RegistrationClosed, SeatIsHeld
from meetups.volunteers.actions.shifts import take_back_shift
from tests.concurrency.machine import ACTIONS, Meetup
from tests.concurrency.right.table import RIGHT
from tests.concurrency.stage import TALLY, prepare
from tests.faults.figures import FULL, Figures

pytestmark = pytest.mark.django_db
STEPS = 10_000 if FULL else 500
# `make faults` shares them between both cores.
SHARES = 2 if FULL else 1
STEPS_A_STORY = 50

# Each entry breaks the pen in one place; the machine has to notice.
BROKEN: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "nobody moves up": lambda patch: patch.setattr(Queue, "promote", lambda *_given, **_named: 0),
    "the last one moves up first": lambda patch: patch.setattr(
        RegistrationQuerySet, "waiting", lambda many: many.filter(state="waitlisted").order_by("-place")
    ),
    "nobody is told": lambda patch: patch.setattr(ledger, "notify_all", list),
    "seats given back are not counted": lambda patch: patch.setattr(Ledger, "_count", _only_up(Ledger._count)),
    "what was undone can be undone again": lambda patch: patch.setattr(Undo, "delete", lambda _undo: None),
    "a publication is taken back from under people": lambda patch: patch.setattr(
        new_event, "someone_is_there", lambda _event: False
    ),
    "a duty holds no seat": lambda patch: patch.setattr(Holds, "begin", _without_hold(Holds.begin)),
}


# Each entry makes an action refuse without a reason, or with a wrong one. It breaks no rule about stored data.
UNFOUNDED: dict[str, Callable[[pytest.MonkeyPatch], object]] = {
    "nobody may register": lambda patch: patch.setattr(Seats, "open_slot", _refusing(RegistrationClosed)),
    "nothing can be undone": lambda patch: [
        patch.setattr(action, "claim_undo", _refusing(UndoHasEnded))
        for action in (take_back_cancellation, take_back_change, take_back_publication, take_back_shift)
    ],
    "another reason is given": lambda patch: [
        patch.setattr(room, "AlreadyRegistered", SeatIsHeld)
        for room in (seats, holds, held_places, pair_entries, people_by_hand)
    ],
}


def _refusing(refusal: type[DomainError]) -> Callable[..., None]:
    def refuse(*_given: Any, **_named: Any) -> None:
        raise refusal

    return refuse


def _only_up(count: Callable[..., None]) -> Callable[..., None]:
    return lambda many, slot, seats: count(many, slot, max(seats, 0))


def _without_hold(hold: Callable[..., Registration]) -> Callable[..., Registration]:
    def forgetful(*given: Any, **named: Any) -> Registration:
        registration = hold(*given, **named)
        registration.holds.all().delete()
        return registration

    return forgetful


@pytest.fixture(autouse=True)
def _stage(db: None) -> None:
    prepare()


def run(steps: int, **more: Any) -> None:
    chosen = settings(
        # Some stories end early.
        max_examples=steps * 7 // 5 // STEPS_A_STORY,
        stateful_step_count=STEPS_A_STORY,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        **more,
    )
    run_state_machine_as_test(Meetup, settings=chosen)


@pytest.mark.parametrize("share", range(SHARES))
def test_whatever_people_do_in_whatever_order_no_rule_is_broken(share: int, figures: Figures) -> None:
    before = TALLY.steps
    run(STEPS // SHARES, derandomize=not FULL)
    steps = TALLY.steps - before
    if FULL:
        print(*TALLY.lines(), sep="\n")
        taken = sum(bool(TALLY.done[name]) for name in ACTIONS)
        figures.add("state machine: actions that were taken", f"{taken} of {len(ACTIONS)}")
        # A run that took very few actions would find nothing.
        assert taken >= len(ACTIONS) * 3 // 4
    assert steps >= STEPS // SHARES
    figures.add("state machine over every action: violations", f"0 in {steps:,} steps")


# One violation is enough: after it Hypothesis would look for others.
FIRST_ONE: dict[str, Any] = {"phases": [Phase.generate], "report_multiple_bugs": False, "database": None}


def search() -> None:
    """The same steps find a planted fault each time, until a change of the product leads them elsewhere. Then others do."""
    for derandomize in (True, False, False):
        run(3000, derandomize=derandomize, **FIRST_ONE)


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_pen_is_noticed(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    BROKEN[fault](monkeypatch)
    with pytest.raises(AssertionError):
        search()


@pytest.mark.parametrize("fault", UNFOUNDED)
def test_a_refusal_without_a_reason_is_noticed(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    UNFOUNDED[fault](monkeypatch)
    with pytest.raises(AssertionError, match="refused without a reason"):
        run(3000, derandomize=True, **FIRST_ONE)


def test_it_is_known_of_each_action_why_it_may_refuse() -> None:
    """Actions that are not in the table never refuse in the machine."""
    assert set(RIGHT) <= set(ACTIONS) | {"release_decisions"}
