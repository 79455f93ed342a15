"""A place in a shift goes to one person when several click at the same moment. Without the seat lock the races go wrong."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from meetups.accounts.models import User
from meetups.events.models import Event
from meetups.history.models import HistoryEntry
from meetups.lifecycle.invariants import breaches
from meetups.notifications.models import Notification
from meetups.registrations.models import Registration
from meetups.registrations.pen import seats
from meetups.volunteers import handover_rules
from meetups.volunteers.actions.handovers import accept_handover as accepting
from meetups.volunteers.actions.handovers.accept_handover import accept_handover
from meetups.volunteers.actions.handovers.hand_over_shift import hand_over_shift
from meetups.volunteers.actions.handovers.withdraw_handover import withdraw_handover
from meetups.volunteers.actions.signups import sign_up as signing_up
from meetups.volunteers.actions.signups.sign_up import ShiftIsFull, sign_up
from meetups.volunteers.actions.signups.step_down import step_down
from meetups.volunteers.models import Handover, Shift, Signup
from tests.concurrency.threads import accidents, at_once, wait_for_the_others
from tests.support import cast

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 3


def asked() -> Handover:
    """Emi has the only place in the teardown of a full event, and has asked Finn."""
    event = cast.event(
        slots=[cast.first_come_plan(1), cast.duty_plan()], shifts=[cast.teardown_plan(minimum=1, maximum=1)]
    )
    cast.registered("dan", event)
    signup = cast.volunteering("emi", event)
    # Without this, the limit of five a day would end the rounds.
    Handover.objects.update(made_at=cast.NOW - timedelta(days=2))
    return hand_over_shift(signup=signup, address="finn@example.org", at=cast.NOW, by=signup.volunteer)


def accepting_by(handover: Handover, who: User) -> Callable[[], Any]:
    return lambda: accept_handover(handover=handover, at=cast.NOW, by=who)


def problems(handover: Handover, given: list[Any], *, left: int = 1) -> list[object]:
    shift = handover.signup.shift
    shift.refresh_from_db()
    signups = Signup.objects.active().filter(shift=shift).count()
    told = Notification.objects.filter(kind="shift_changed_hands", thread=shift.event.thread).count()
    found = [*accidents(given), *breaches()]
    if (signups, shift.taken) != (left, left):
        found.append(f"{signups} signups, {shift.taken} counted")
    ends = HistoryEntry.objects.filter(subject=handover.subject, from_state=Handover.State.OPEN).count()
    if told > 1 or ends > 1:
        found.append(f"ended {ends} times, told {told} times")
    call_off(shift.event)
    return found


def call_off(event: Event) -> None:
    """Frees everyone for the next round."""
    event.state, event.cancelled_at = Event.State.CANCELLED, cast.NOW
    event.save()


def two_accounts_of_a_mailbox() -> list[object]:
    """One person owns both addresses, and both accept. No control: a constraint on the mailbox holds here without the lock."""
    handover = asked()
    people = cast.person("finn"), cast.person("finn+x")
    return problems(handover, at_once(*(accepting_by(handover, one) for one in people)))


def clicked_twice() -> list[object]:
    """Two clicks on the same yes: both get the same signup."""
    handover = asked()
    given = at_once(*[accepting_by(handover, cast.person("finn"))] * 2)
    same = len({one.pk for one in given if isinstance(one, Signup)}) == 1
    return [*problems(handover, given), *([] if same else [given])]


def accepted_and_stepped_down() -> list[object]:
    """The volunteer steps down while the other person accepts. One is refused, and the shift has one volunteer or none."""
    handover = asked()
    signup = handover.signup
    given = at_once(
        accepting_by(handover, cast.person("finn")),
        lambda: step_down(signup=signup, at=cast.NOW, by=signup.volunteer),
    )
    return problems(handover, given, left=int(isinstance(given[0], Signup)))


def accepted_and_withdrawn() -> list[object]:
    """The volunteer withdraws the request while the other person accepts. One of the two has the shift."""
    handover = asked()
    signup = handover.signup
    given = at_once(
        accepting_by(handover, cast.person("finn")),
        lambda: withdraw_handover(signup=signup, at=cast.NOW, by=signup.volunteer),
    )
    handover.refresh_from_db()
    taken = isinstance(given[0], Signup)
    agrees = (handover.state == Handover.State.ACCEPTED) == taken
    return [*problems(handover, given), *([] if agrees else [handover.state])]


def offered_to_two() -> list[object]:
    """Two people were offered the one place and take it. One gets it; the other is told that the shift is full."""
    event = cast.event(
        slots=[cast.first_come_plan(1), cast.duty_plan()], shifts=[cast.teardown_plan(minimum=1, maximum=1)]
    )
    people = [cast.person(name) for name in ("dan", "emi", "finn")]
    for one in people:
        cast.registered(one, event)
    shift = cast.shift_of(event)
    given = at_once(*(taking(shift, one) for one in people[1:]))
    shift.refresh_from_db()
    signups = Signup.objects.active().filter(shift=shift).count()
    duty = Registration.objects.confirmed().filter(event=event, slot=shift.slot_id).count()
    counts = (signups, shift.taken, duty, sum(isinstance(one, ShiftIsFull) for one in given))
    found = [*accidents(given), *breaches(), *([] if counts == (1, 1, 1, 1) else [counts])]
    call_off(event)
    return found


def taking(shift: Shift, who: User) -> Callable[[], Any]:
    return lambda: sign_up(shift=shift, volunteer=who, at=cast.NOW)


RACES = [two_accounts_of_a_mailbox, clicked_twice, accepted_and_stepped_down, accepted_and_withdrawn, offered_to_two]


@pytest.mark.in_short(2)
@pytest.mark.parametrize("race", RACES, ids=lambda race: race.__name__)
def test_one_place_goes_one_way(race: Callable[[], list[object]]) -> None:
    assert [problem for _round in range(ROUNDS) for problem in race()] == []


@pytest.mark.story
@pytest.mark.parametrize("race", RACES[1:], ids=lambda race: race.__name__)
def test_without_the_lock_it_goes_wrong(race: Callable[[], list[object]], monkeypatch: pytest.MonkeyPatch) -> None:
    decide = handover_rules.refuse_taker

    def decide_and_pause(*arguments: Any, **named: Any) -> None:
        decide(*arguments, **named)
        wait_for_the_others()

    def allow_and_pause(*_arguments: Any, **_named: Any) -> None:
        wait_for_the_others()

    monkeypatch.setattr(seats, "take_seat_lock", lambda event_id: None)
    monkeypatch.setattr(accepting, "one_shift_at_a_time", lambda person: None)
    monkeypatch.setattr(accepting, "refuse_taker", decide_and_pause)
    monkeypatch.setattr(signing_up, "refuse_overlap", allow_and_pause)
    # A busy machine may run one after the other for a while.
    assert any(race() for _round in range(3 * ROUNDS))
