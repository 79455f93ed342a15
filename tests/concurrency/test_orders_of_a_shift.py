"""A volunteer's shift, in every order of what can happen to it: check-in, undo, leaving, canceling, lowering, moving, the draw.

Each step is tried in each state that any order of steps leads to. After each step the invariants hold, each refusal is right, and
what the page announced is what happened.
"""

import random
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils.translation import override

from meetups.events.models import Undo
from meetups.lifecycle.actions.change_event import change_event
from meetups.lifecycle.actions.leave_event import leave_event
from meetups.lifecycle.participants import part_of
from meetups.pages.sheets.my_part import my_part
from meetups.pages.shifts import signup
from meetups.pages.shifts.shift_cancellation import Fallback, fallback
from meetups.pages.shifts.signup import what_becomes
from meetups.registrations.actions.arrivals.check_in import check_in
from meetups.registrations.actions.arrivals.undo_check_in import SeatWouldFall, undo_check_in
from meetups.registrations.models import Lottery, Registration
from meetups.registrations.pen.holds import Holds
from meetups.volunteers.actions.shifts.cancel_shift import cancel_shift
from meetups.volunteers.actions.shifts.change_shift import change_shift
from meetups.volunteers.actions.shifts.take_back_shift import take_back_shift
from meetups.volunteers.actions.signups.step_down import step_down
from meetups.volunteers.models import Shift, Signup
from meetups.volunteers.shift_plan import ShiftPlan
from organizers.desk.seat_fallback import where_the_seat_goes
from organizers.shifts.shift import _fallback
from tests.concurrency.stage import DAY, HOUR, Stage, prepare
from tests.faults.figures import Figures
from tests.support import cast

pytestmark = pytest.mark.django_db
State = Registration.State
Step = Callable[[Any], bool]
# What the volunteer's page says, and the state that it promises.
NOTES = {
    "The organizers are notified right away": State.CONFIRMED,
    "You keep your seat": State.CONFIRMED,
    "You get an open seat": State.CONFIRMED,
    "Back into the lottery": State.APPLIED,
    "You’ll be on the waitlist": State.WAITLISTED,
    "Your registration is canceled too": State.CANCELLED,
}
# The same for the pages of the desk: a part of the sentence, and the states that it allows.
SENTENCES = {
    "back into the lottery": {State.APPLIED},
    "to a free seat": {State.CONFIRMED},
    "goes to the end of the waitlist": {State.WAITLISTED},
    "is canceled: registration": {State.CANCELLED},
    "People lose the seat": {State.CANCELLED},
    "People with a seat from this shift move to": {State.CONFIRMED, State.WAITLISTED},
}


# A person without a place is as if they had never come.
STATE = """
SELECT event.starts_at, lottery.state, shift.cancelled_at IS NULL, shift.cancels_at, shift.maximum, shift.taken, slot.taken, slot.capacity, person.email,
    signup.id IS NOT NULL, place.slot_id, place.state, place.above_capacity, place.checked_in_at IS NOT NULL,
    (SELECT count(*) FROM registrations_hold h WHERE h.registration_id = place.id AND h.ended_at IS NULL),
    (SELECT count(*) FROM registrations_registration w WHERE w.slot_id = place.slot_id AND w.place < place.place AND w.state = 'waitlisted')
FROM events_event event JOIN volunteers_shift shift ON shift.event_id = event.id JOIN registrations_slot slot ON slot.event_id = event.id
JOIN registrations_lottery lottery ON lottery.slot_id IN (SELECT id FROM registrations_slot WHERE event_id = event.id)
CROSS JOIN accounts_user person
LEFT JOIN volunteers_signup signup ON signup.shift_id = shift.id AND signup.volunteer_id = person.id AND signup.state = 'signed_up'
LEFT JOIN registrations_registration place
    ON place.event_id = event.id AND place.attendee_id = person.id AND place.state <> 'cancelled'
WHERE event.id = %(event)s ORDER BY slot.id, person.id
"""


class World(Stage):
    """Emi and Finn do teardown, for which one person is enough. Dan is in the lottery for one seat."""

    def __init__(self) -> None:
        super().__init__()
        self.names = {name: cast.person(name) for name in ("emi", "finn", "dan")}
        slots = [cast.lottery_plan(1), cast.duty_plan()]
        self.event_id = cast.event(slots=slots, shifts=[cast.teardown_plan(minimum=1, maximum=2)]).pk
        cast.registered("dan", self.event)
        for name in ("emi", "finn"):
            cast.volunteering(name, self.event)
        self.shift_id = cast.shift_of(self.event).pk

    @property
    def shift(self) -> Shift:
        return Shift.objects.select_related("event", "slot").get(pk=self.shift_id)

    def place(self, name: str) -> Registration | None:
        mine = Registration.objects.filter(event=self.event_id, attendee=self.names[name])
        return mine.select_related("slot", "event").order_by("-pk").first()

    def signup(self) -> Signup | None:
        mine = Signup.objects.active().filter(shift=self.shift_id, volunteer=self.names["emi"])
        return mine.select_related("shift__event", "volunteer").first()

    def state(self) -> tuple[Any, ...]:
        """Everything that later steps depend on."""
        with connection.planned_cursor() as cursor:  # type: ignore[attr-defined]  # of our own connection
            cursor.execute(STATE, {"event": self.event_id})
            return (self.at, *cursor.fetchall())

    # Steps: what happens, after what the page announces

    def arrives(self) -> bool:
        one = self.place("emi")
        if one is None or one.checked_in_at:
            return False
        return self.do(check_in, registration=one, by=self.aiko) is not None

    def undo(self) -> bool:
        one = self.place("emi")
        if one is None or one.checked_in_at is None:
            return False
        told = where_the_seat_goes(self.event, "Emi", self.at)
        try:
            undo_check_in(registration=one, at=self.at, by=self.aiko)
        except SeatWouldFall:
            undo_check_in(registration=one, at=self.at, by=self.aiko, seat_falls=True)
            self.was_announced("emi", told)
        else:
            after = self.place("emi")
            assert after
            assert (after.state, after.slot_id) == (one.state, one.slot_id), "no one was told"
        return True

    def steps_down(self) -> bool:
        signup, event = self.signup(), self.event
        my = my_part(event, part_of(event, self.names["emi"]), at=self.at)
        if signup is None or my is None:
            return False
        fallback = what_becomes(event, my, signup, at=self.at)
        assert fallback
        if self.do(step_down, signup=signup, by=self.names["emi"]):
            after = self.place("emi")
            assert after
            assert after.state == NOTES[fallback.note], (fallback, after.state)
        return True

    def leaves(self) -> bool:
        return self.do(leave_event, event=self.event, person=self.names["emi"], by=self.names["emi"]) is not None

    def is_canceled(self) -> bool:
        """At once, or in ten minutes: until then nothing moves."""
        shift, before = self.shift, self.volunteers()
        if shift.cancelled_at or shift.is_being_canceled:
            return False
        told = _fallback(self.event, shift, self.at)
        if not self.do(cancel_shift, shift=shift, by=self.aiko):
            return False
        if self.shift.is_being_canceled:
            assert before == self.volunteers()
        else:
            self.ended(before, told)
        return True

    def ten_minutes_pass(self) -> bool:
        shift, before = self.shift, self.volunteers()
        if not shift.is_being_canceled or shift.cancels_at is None:
            return False
        self.at = shift.cancels_at
        told = _fallback(self.event, shift, self.at)
        self.the_clock_works()
        self.ended(before, told)
        return True

    def is_taken_back(self) -> bool:
        undo, before = Undo.objects.filter(kind=Undo.Kind.SHIFT, until__gt=self.at).first(), self.volunteers()
        if undo is None or self.do(take_back_shift, undo=undo, by=self.aiko) is None:
            return False
        assert before == self.volunteers()
        return True

    def volunteers(self) -> dict[str, Registration | None]:
        """Those who are in the shift now, and their places."""
        active = self.shift.signups.active()
        return {one: self.place(one) for one in ("emi", "finn") if active.filter(volunteer=self.names[one])}

    def ended(self, before: dict[str, Registration | None], told: str) -> None:
        """What was told is what happened to the volunteers."""
        arrived = sum(bool(one and one.checked_in_at) for one in before.values())
        for name, one in before.items():
            if "everyone keeps" in told or (one and one.checked_in_at):
                after = self.place(name)
                assert after
                assert after.state == State.CONFIRMED, told
            else:
                self.was_announced(name, told)
        assert not arrived or "everyone keeps" in told or f"{arrived} of them" in told, told

    def was_announced(self, name: str, told: str) -> None:
        after = self.place(name)
        assert after
        [allowed] = [states for part, states in SENTENCES.items() if part in told]
        assert after.state in allowed, (told, after.state)

    def is_lowered(self) -> bool:
        """To those who still do it, and at least one."""
        shift = self.shift
        times = (shift.starts_at, shift.ends_at)
        plan = ShiftPlan(Shift.Phase(shift.phase), Shift.Role(shift.role), shift.title, *times, 1, 1)
        return shift.maximum > 1 and self.do(change_shift, shift=shift, plan=plan, by=self.aiko) is not None

    def moves(self) -> bool:
        """Once: two weeks later."""
        event = self.event
        fields = {"starts_at": event.starts_at + 14 * DAY, "ends_at": event.ends_at + 14 * DAY}
        first = event.starts_at == cast.STARTS_AT
        return first and self.do(change_event, event=event, fields=fields, by=self.aiko) is not None

    def until(self, moment: datetime) -> bool:
        if self.at >= moment:
            return False
        self.ten_minutes_pass()
        self.at = moment
        self.the_clock_works()
        return True

    def is_drawn(self) -> bool:
        return self.until(Lottery.objects.get(slot__event=self.event_id).draws_at)

    def is_over(self) -> bool:
        return self.until(self.event.ends_at + HOUR / 2)

    # All orders

    def walk(self, steps: list[Step]) -> tuple[int, int]:
        """Takes every step in every state that the steps lead to. Returns the numbers of states and of steps."""
        seen, taken = {self.state()}, 0

        def go_on() -> None:
            nonlocal taken
            for step in steps:
                at, back = self.at, transaction.savepoint_create()
                if step(self):
                    taken += 1
                    state = self.state()
                    if state not in seen:
                        seen.add(state)
                        self.nothing_is_broken()
                        go_on()
                transaction.savepoint_rollback(back)
                self.at = at

        go_on()
        return len(seen), taken


STEPS: list[Step] = [
    *(World.arrives, World.undo, World.steps_down, World.is_lowered),
    *(World.is_canceled, World.is_taken_back, World.ten_minutes_pass),
]
# What else happens, before the event and around its end.
ORDERS: dict[str, list[Step]] = {
    "with the draw and another date": [*STEPS, World.moves, World.is_drawn, World.leaves],
    "around the end": [*STEPS, World.leaves, World.is_over],
}


def walk(steps: list[Step]) -> tuple[int, int]:
    prepare()
    # Everything random, the draw as well, comes out the same in each run.
    random.seed(14)
    world = World()
    with ExitStack() as left, override("en"):
        left.callback(world.teardown)
        return world.walk(steps)


@pytest.mark.parametrize("orders", ORDERS)
def test_whatever_happens_to_a_shift_in_whatever_order_no_rule_is_broken(orders: str, figures: Figures) -> None:
    states, steps = walk(ORDERS[orders])
    assert states > len(ORDERS[orders])
    figures.add(f"a shift, every order {orders}: violations", f"0 in {states:,} states, {steps:,} steps")


def _counted(fall_back: Callable[..., None]) -> Callable[..., None]:
    """As it was once: a seat that is kept stays in the count."""

    def falls(holds: Holds, registration: Registration, **named: Any) -> None:
        fall_back(holds, registration, **named)
        slot = holds.ledger.slots[registration.slot_id]
        if registration.above_capacity:
            holds.ledger.move(registration, slot, State.CONFIRMED, **named)

    return falls


# Each entry breaks a rule; the walk has to notice.
BROKEN: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "a kept seat is counted": lambda patch: patch.setattr(Holds, "_fall_back", _counted(Holds._fall_back)),
    "an undone check-in keeps the seat": lambda patch: patch.setattr(Holds, "outlived", lambda *_given, **_named: []),
    "the page forgets who is checked in": lambda patch: patch.setattr(signup, "fallback", _forgetful),
}


def _forgetful(offers: Any, **named: Any) -> Fallback:
    return fallback(offers, **{**named, "checked_in": False})


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_rule_is_noticed(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    BROKEN[fault](monkeypatch)
    with pytest.raises(AssertionError):
        walk(ORDERS["with the draw and another date"])
