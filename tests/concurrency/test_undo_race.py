"""What is undone at the moment in which someone else acts: one of the two happens, whole.

The clock ends a canceled shift (RULES 224); people register, propose, are drawn and checked in while a publication is taken back (RULES 256).
"""

import threading
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from meetups.events.models import Event, Undo
from meetups.events.undo import UndoHasEnded
from meetups.history.models import record
from meetups.lifecycle import new_event
from meetups.lifecycle.actions.change_event import change_event
from meetups.lifecycle.actions.copy_event import copy_event
from meetups.lifecycle.actions.drafts.publish_copies import publish_copies
from meetups.lifecycle.actions.publish_event import publish_event
from meetups.lifecycle.actions.undo.take_back_publication import take_back_publication
from meetups.lifecycle.invariants import breaches
from meetups.lifecycle.people_there import someone_is_there
from meetups.notifications.models import Notification
from meetups.registrations.actions.arrivals.walk_in import walk_in
from meetups.registrations.actions.lottery.freeze_lottery import freeze_lottery
from meetups.registrations.admission import LotteryDates
from meetups.registrations.models import Lottery, Registration, Slot
from meetups.registrations.new_slots import SlotPlan
from meetups.registrations.pen import seats
from meetups.registrations.pen.people_by_hand import AddedPerson
from meetups.speakers.actions.talks import propose_talk as proposing
from meetups.speakers.models import Talk
from meetups.speakers.talk_states import tell_organizers
from meetups.volunteers import shift_endings
from meetups.volunteers.actions.shifts import end_canceled_shift as ending
from meetups.volunteers.actions.shifts.cancel_shift import cancel_shift
from meetups.volunteers.actions.shifts.end_canceled_shift import end_canceled_shift
from meetups.volunteers.actions.shifts.end_shift_now import end_shift_now
from meetups.volunteers.actions.shifts.take_back_shift import take_back_shift
from meetups.volunteers.models import Shift
from tests.concurrency.threads import accidents, at_once, take_the_lock_away, wait_for_the_others
from tests.support import cast

pytestmark = pytest.mark.django_db(transaction=True)
LATER = cast.NOW + timedelta(minutes=10)


def ending_shift() -> tuple[Shift, Undo]:
    event = cast.event()
    for name in ("emi", "finn"):
        cast.volunteering(name, event)
    shift = cancel_shift(shift=cast.shift_of(event), at=cast.NOW, by=cast.person("aiko"))
    return shift, event.undoable.get()


def together(undo: Undo, shift: Shift, action: Callable[..., Any]) -> list[Any]:
    def clock() -> bool:
        return end_canceled_shift(shift=shift, at=LATER)

    def organizer() -> Any:
        return action(undo=undo, at=LATER - timedelta(seconds=1), by=cast.person("aiko"))

    return at_once(organizer, clock, clock)


def told() -> int:
    return Notification.objects.filter(kind="shift_cancelled").count()


@pytest.mark.in_short(2)
@pytest.mark.parametrize("times", range(3))
@pytest.mark.parametrize("action", [take_back_shift, end_shift_now])
def test_either_it_ends_or_it_is_undone_and_no_one_hears_twice(action: Callable[..., Any], times: int) -> None:
    shift, undo = ending_shift()
    given = together(undo, shift, action)
    assert accidents(given) == []
    shift.refresh_from_db()
    undone = action is take_back_shift and not isinstance(given[0], UndoHasEnded)
    assert (shift.cancelled_at is None, shift.taken, told()) == ((True, 2, 0) if undone else (False, 0, 2))
    assert given[1:].count(True) == (1 if isinstance(given[0], UndoHasEnded) else 0)
    assert not Undo.objects.exists()
    assert breaches() == []


def test_without_the_seat_lock_it_is_undone_and_everyone_hears_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the clock has read what is due, then it is undone, then the clock goes on."""
    shift, undo = ending_shift()
    read, undone = threading.Event(), threading.Event()

    def pause_and_end(*given: Any, **named: Any) -> None:
        read.set()
        undone.wait(5)
        shift_endings.end_shift(*given, **named)

    def organizer() -> Shift:
        read.wait(5)
        try:
            return take_back_shift(undo=undo, at=LATER - timedelta(seconds=1), by=cast.person("aiko"))
        finally:
            undone.set()

    monkeypatch.setattr(seats, "take_seat_lock", lambda event_id: None)
    monkeypatch.setattr(ending, "end_shift", pause_and_end)
    given = at_once(organizer, lambda: end_canceled_shift(shift=shift, at=LATER))
    assert accidents(given) == []
    assert (isinstance(given[0], Shift), given[1], told()) == (True, True, 2)


SOON = cast.NOW + timedelta(minutes=5)


def public(way: str, *, slots: list[SlotPlan] | None = None, starts_at: datetime = cast.STARTS_AT) -> list[Event]:
    """One event, or two copies in one press, that can still be taken back."""
    for name in ("dan", "emi"):
        cast.person(name)
    event = cast.event(
        slots=slots or [cast.first_come_plan(3)],
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        publish=way != "one",
    )
    aiko = cast.person("aiko")
    if way == "one":
        return [publish_event(event=event, at=cast.NOW, by=aiko)]
    days = [event.starts_at.date() + timedelta(days=7 * week) for week in (1, 2)]
    return publish_copies(
        copies=copy_event(source=event, days=days, request="once", at=cast.NOW, by=aiko), at=cast.NOW, by=aiko
    )


def taken_back(event: Event, *, at: datetime = SOON) -> Any:
    return take_back_publication(undo=event.undoable.get(kind="publication"), at=at, by=cast.person("aiko"))


def states(events: list[Event]) -> list[str]:
    return [Event.objects.get(pk=one.pk).state for one in events]


@pytest.mark.in_short(2)
@pytest.mark.parametrize("times", range(3))
@pytest.mark.parametrize("way", ["one", "copies"])
def test_either_someone_is_registered_or_it_is_a_draft(way: str, times: int) -> None:
    events = public(way)
    given = at_once(
        lambda: taken_back(events[0]), *[lambda one=one: cast.registered("dan", one, at=SOON) for one in events]
    )
    assert accidents(given) == []
    there = [Registration.objects.filter(event=one).exists() for one in events]
    assert states(events) == ["published" if here else "draft" for here in there]
    assert {one.pk for one in given[0].drafts} == {one.pk for one, here in zip(events, there, strict=True) if not here}
    assert not Undo.objects.exists()
    assert breaches() == []


@pytest.mark.parametrize("times", range(2))
def test_either_entries_close_or_it_is_a_draft_whose_lottery_is_open(times: int) -> None:
    dates = LotteryDates(SOON, SOON + timedelta(minutes=30))
    [event] = public("one", slots=[SlotPlan("一般参加枠", Slot.Admission.LOTTERY, 5, dates)])
    lottery = Lottery.objects.select_related("slot__event").get(slot__event=event)
    given = at_once(
        lambda: taken_back(event, at=SOON - timedelta(seconds=1)), lambda: freeze_lottery(lottery=lottery, at=SOON)
    )
    assert accidents(given) == []
    lottery.refresh_from_db()
    assert (states([event])[0], lottery.state) in {("draft", "announced"), ("published", "frozen")}
    assert breaches() == []


@pytest.mark.parametrize("times", range(2))
def test_either_someone_is_let_in_at_the_door_or_it_is_a_draft(times: int) -> None:
    """Meanwhile the start was moved to today."""
    [event] = public("one")
    near: dict[str, object] = {"starts_at": SOON + timedelta(hours=1), "ends_at": SOON + timedelta(hours=3)}
    change_event(event=event, fields=near, at=SOON, by=cast.person("aiko"))
    event = Event.objects.get(pk=event.pk)
    guest = AddedPerson("Gin", "gin@example.org", uuid.uuid4())
    given = at_once(
        lambda: taken_back(event),
        lambda: walk_in(slot=event.slots.get(), who=guest, above=False, at=SOON, by=cast.person("aiko")),
    )
    assert accidents(given) == []
    is_in = Registration.objects.filter(event=event, checked_in_at__isnull=False).exists()
    assert states([event]) == ["published" if is_in else "draft"]
    assert breaches() == []


def proposed_at_the_same_time(event: Event, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Emi's talk is written, and not yet committed, when it is asked who is there."""

    def pause_and_tell(*given: Any, **named: Any) -> None:
        wait_for_the_others()
        tell_organizers(*given, **named)

    monkeypatch.setattr(proposing, "tell_organizers", pause_and_tell)
    return at_once(lambda: taken_back(event), lambda: cast.talk("emi", event, state=Talk.State.PROPOSED, at=SOON))


def test_either_a_talk_is_proposed_or_it_is_a_draft(monkeypatch: pytest.MonkeyPatch) -> None:
    [event] = public("one")
    assert accidents(proposed_at_the_same_time(event, monkeypatch)) == []
    assert states([event]) == ["published" if Talk.objects.filter(event=event).exists() else "draft"]


def test_control_without_the_seat_lock_someone_is_registered_for_a_draft(monkeypatch: pytest.MonkeyPatch) -> None:
    [event] = public("one")
    take_the_lock_away(monkeypatch)

    def ask_and_pause(asked: Event) -> bool:
        answer = someone_is_there(asked)
        wait_for_the_others()
        return answer

    monkeypatch.setattr(new_event, "someone_is_there", ask_and_pause)
    given = at_once(lambda: taken_back(event), lambda: cast.registered("dan", event, at=SOON))
    assert accidents(given) == []
    assert states([event]) == ["draft"]
    assert Registration.objects.filter(event=event).exists()
    assert [invariant.rule for invariant, _rows in breaches()] == ["No one is, or ever was, registered for a draft."]


def test_control_without_the_lock_of_its_row_a_talk_is_proposed_for_a_draft(monkeypatch: pytest.MonkeyPatch) -> None:
    [event] = public("one")
    monkeypatch.setattr(new_event, "_wait_for_writers", lambda _event: None)
    written = threading.Event()

    def record_and_say(*given: Any, **named: Any) -> Any:
        written.set()
        return record(*given, **named)

    def ask_afterwards(asked: Event) -> bool:
        written.wait(5)
        return someone_is_there(asked)

    monkeypatch.setattr(proposing, "record", record_and_say)
    monkeypatch.setattr(new_event, "someone_is_there", ask_afterwards)
    assert accidents(proposed_at_the_same_time(event, monkeypatch)) == []
    assert states([event]) == ["draft"]
    assert Talk.objects.filter(event=event).exists()
