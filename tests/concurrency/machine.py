"""Everything that people, organizers and the clock can do at one event, in any order, while time moves.

A new action is a new `@rule`: choose what it is done to (`self.one_of`, `self.somebody`), and hand it to `self.do`. After every
rule the invariants are asked of the database. They know the time from `now()`, so the machine gives PostgreSQL a `now()` of its own.
"""

import random
import secrets
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

from django.db import connection, transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.events.models import Event
from meetups.lifecycle.actions.cancel_event import cancel_event
from meetups.lifecycle.actions.change_event import change_event
from meetups.lifecycle.actions.leave_event import leave_event
from meetups.lifecycle.invariants import breaches
from meetups.registrations.actions.add_slot import add_slot
from meetups.registrations.actions.change_capacity import change_capacity
from meetups.registrations.actions.change_slot import change_slot
from meetups.registrations.actions.check_in import check_in
from meetups.registrations.actions.draw_lottery import draw_lottery
from meetups.registrations.actions.fetch_randomness import fetch_randomness
from meetups.registrations.actions.freeze_lottery import freeze_lottery
from meetups.registrations.actions.nominate import nominate
from meetups.registrations.actions.register import register
from meetups.registrations.actions.undo_check_in import undo_check_in
from meetups.registrations.admission import usual_lottery_dates
from meetups.registrations.models import Lottery, Offer, Registration, Slot
from meetups.registrations.opening import SlotPlan
from meetups.speakers.actions.accept_talk import accept_talk
from meetups.speakers.actions.confirm_talk import confirm_talk
from meetups.speakers.actions.propose_talk import propose_talk
from meetups.speakers.actions.reject_talk import reject_talk
from meetups.speakers.actions.withdraw_talk import withdraw_talk
from meetups.speakers.models import Talk
from meetups.volunteers.actions.cancel_shift import cancel_shift
from meetups.volunteers.actions.change_shift import change_shift
from meetups.volunteers.actions.plan_shift import plan_shift
from meetups.volunteers.actions.sign_up import sign_up
from meetups.volunteers.actions.step_down import step_down
from meetups.volunteers.models import Shift, Signup
from meetups.volunteers.planning import ShiftPlan
from tests import cast

SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PEOPLE = 8
MANY = st.integers(0, 1000)
SELDOM = st.integers(0, 11).map(lambda number: number == 7)

CLOCK = """
CREATE SCHEMA told_time;
CREATE FUNCTION told_time.now() RETURNS timestamptz LANGUAGE sql STABLE
    AS $$ SELECT current_setting('told_time.at')::timestamptz $$;
SET LOCAL search_path = told_time, pg_catalog, public;
SET CONSTRAINTS ALL IMMEDIATE;
"""


@dataclass
class Tally:
    """What a run did: how many rules ran, how often each action was taken, and how often refused and why."""

    steps: int = 0
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)


TALLY = Tally()
# What `self.do` must have done at least once in a thorough run.
ACTIONS = [
    *("register", "change_slot", "leave_event", "sign_up", "step_down", "nominate"),
    *("propose_talk", "accept_talk", "confirm_talk", "reject_talk", "withdraw_talk"),
    *("freeze_lottery", "fetch_randomness", "draw_lottery", "change_capacity", "add_slot", "check_in", "undo_check_in"),
    *("plan_shift", "change_shift", "cancel_shift", "change_event", "cancel_event"),
]


def prepare() -> None:
    """Once, in the transaction of the test: the people, the community, and a `now()` that can be told."""
    with connection.cursor() as cursor:
        cursor.execute(CLOCK)
    cast.people(PEOPLE)
    cast.community()


class Meetup(RuleBasedStateMachine):
    """One event: a slot for who comes first, one that is drawn, one for volunteers, one for speakers."""

    def __init__(self) -> None:
        super().__init__()
        self.left = ExitStack()
        block = transaction.atomic()
        # What a test case opens round a test may hold durable transactions.
        vars(block)["_from_testcase"] = True
        self.left.enter_context(block)
        self.left.callback(transaction.set_rollback, True)
        # Hypothesis decides about chance as well, so that what it finds can be played again.
        for name, chance in (
            ("token_bytes", random.randbytes),
            ("token_hex", lambda size: random.randbytes(size).hex()),
        ):
            self.left.enter_context(patch.object(secrets, name, chance))
        self.at = cast.NOW
        self.aiko = cast.person("aiko")
        # The last one is another account of the first one's mailbox.
        self.people = [*cast.people(PEOPLE), cast.person("guest1+again")]
        self.requests: list[tuple[User, Slot, uuid.UUID]] = []

    def teardown(self) -> None:
        self.left.close()

    # What rules are made of

    def do(self, action: Callable[..., Any], **named: Any) -> Any:
        """Takes an action now. A refusal is an answer like any other: None."""
        try:
            done = action(at=self.at, **named)
        except DomainError as refusal:
            TALLY.refused[action.__name__, type(refusal).__name__] += 1
            return None
        TALLY.done[action.__name__] += 1
        return done

    def somebody(self, number: int) -> User:
        return self.people[number % len(self.people)]

    @staticmethod
    def one_of[Thing](things: Sequence[Thing], number: int) -> Thing | None:
        """The thing of that number, counted round; None where there is none."""
        return things[number % len(things)] if things else None

    @property
    def event(self) -> Event:
        return Event.objects.select_related("community").get(pk=self.event_id)

    @property
    def slots(self) -> list[Slot]:
        return list(Slot.objects.filter(event=self.event_id).select_related("event").in_order())

    @property
    def registrations(self) -> list[Registration]:
        of_event = Registration.objects.filter(event=self.event_id)
        return list(of_event.select_related("attendee", "slot", "event").order_by("pk"))

    @property
    def active(self) -> list[Registration]:
        return [one for one in self.registrations if one.is_active]

    @property
    def shifts(self) -> list[Shift]:
        return list(Shift.objects.filter(event=self.event_id).select_related("event").in_order())

    @property
    def talks(self) -> list[Talk]:
        return list(Talk.objects.filter(event=self.event_id).select_related("event", "speaker").order_by("pk"))

    @property
    def offers(self) -> list[Offer]:
        of_event = Offer.objects.open().filter(giver__event=self.event_id)
        return list(of_event.select_related("giver__attendee", "giver__event", "taker__attendee").order_by("pk"))

    @property
    def lotteries(self) -> list[Lottery]:
        return list(Lottery.objects.filter(slot__event=self.event_id).select_related("slot__event").order_by("pk"))

    def deadlines(self) -> list[datetime]:
        """The moments that are still to come and change what may be done."""
        event = self.event
        moments = [event.starts_at, event.ends_at]
        for slot in self.slots:
            moments += [slot.closes_at, slot.free_cancellation_ends_at, slot.promotion_stops_at]
        for lottery in self.lotteries:
            moments += [lottery.closes_at, lottery.draws_at]
        moments += [shift.step_down_until for shift in self.shifts]
        moments += [offer.answer_by for offer in self.offers]
        return sorted(moment for moment in set(moments) if moment > self.at)

    # The beginning

    @initialize(
        first_come=st.integers(1, 3),
        drawn=st.integers(1, 3),
        mixed=st.booleans(),
        pairs=st.booleans(),
        guests=st.integers(0, PEOPLE),
        days=st.integers(0, 14),
    )
    def begin(self, first_come: int, drawn: int, mixed: bool, pairs: bool, guests: int, days: int) -> None:
        slots = [
            cast.first_come_plan(first_come),
            cast.lottery_plan(drawn),
            cast.duty_plan(),
            cast.invited_plan(1),
        ]
        event = cast.event(slots=slots, shifts=[cast.teardown_plan(minimum=1, maximum=2)])
        self.event_id = event.pk
        Slot.objects.filter(event=event, admission=Slot.Admission.LOTTERY).update(
            first_come_seats=int(mixed), takes_pairs=pairs
        )
        general = self.slots[:2]
        for number in range(guests):
            self.do(register, slot=general[number % 2], attendee=self.people[number])
        # Some meet the event late.
        if days > 7:
            self.at += days * DAY

    # Time

    @rule(distance=st.sampled_from([MINUTE, HOUR, 6 * HOUR, DAY]))
    def time_passes(self, distance: timedelta) -> None:
        self.at += distance

    @rule(nth=st.integers(0, 2), late=st.sampled_from([timedelta(0), SECOND, HOUR]))
    def a_deadline_passes(self, nth: int, late: timedelta) -> None:
        for moment in self.deadlines()[nth : nth + 1]:
            self.at = moment + late

    @rule(steps=st.integers(1, 3))
    def the_clock_ticks(self, steps: int) -> None:
        """Some of its three steps; a clock that was killed in between takes up the others later."""
        for step in (freeze_lottery, fetch_randomness, draw_lottery)[:steps]:
            for lottery in self.lotteries:
                self.do(step, lottery=lottery)

    # Attendees

    @rule(who=MANY, slot=MANY)
    def register(self, who: int, slot: int) -> None:
        request = (self.somebody(who), self.slots[slot % len(self.slots)], uuid.UUID(int=random.getrandbits(128)))
        self.requests.append(request)
        self.do(register, attendee=request[0], slot=request[1], request_id=request[2])

    @rule(number=MANY)
    def send_the_form_again(self, number: int) -> None:
        request = self.one_of(self.requests, number)
        if request:
            before = Registration.objects.filter(request_id=request[2]).first()
            again = self.do(register, attendee=request[0], slot=request[1], request_id=request[2])
            assert before is None or again == before

    @rule(number=MANY, slot=MANY, waits=st.booleans())
    def change_slot(self, number: int, slot: int, waits: bool) -> None:
        registration = self.one_of(self.active, number)
        if registration:
            to = self.slots[slot % len(self.slots)]
            self.do(change_slot, registration=registration, slot=to, accept_waiting=waits)

    @rule(who=MANY, sent=SELDOM)
    def leave(self, who: int, sent: bool) -> None:
        person = self.somebody(who)
        self.do(leave_event, event=self.event, person=person, by=self.aiko if sent else person)

    # Volunteers

    @rule(who=MANY, number=MANY)
    def sign_up(self, who: int, number: int) -> None:
        shift = self.one_of(self.shifts, number)
        if shift:
            self.do(sign_up, shift=shift, volunteer=self.somebody(who))

    @rule(number=MANY, sent=SELDOM)
    def step_down(self, number: int, sent: bool) -> None:
        signups = Signup.objects.active().filter(shift__event=self.event_id).select_related("volunteer", "shift__event")
        signup = self.one_of(list(signups.order_by("pk")), number)
        if signup:
            self.do(step_down, signup=signup, by=self.aiko if sent else signup.volunteer)

    # Speakers

    @rule(who=MANY, steps=st.integers(1, 3))
    def offer_a_talk(self, who: int, steps: int) -> None:
        speaker = self.somebody(who)
        talk = self.do(propose_talk, event=self.event, speaker=speaker, title="評価", abstract="", minutes=10)
        if talk and steps > 1:
            talk = self.do(accept_talk, talk=talk, by=self.aiko)
        if talk and steps > 2:
            self.do(confirm_talk, talk=talk, speaker_slot_name="登壇者枠", by=speaker)

    @rule(number=MANY)
    def confirm_a_talk(self, number: int) -> None:
        talk = self.one_of(self.talks, number)
        if talk:
            self.do(confirm_talk, talk=talk, speaker_slot_name="登壇者枠", by=talk.speaker)

    @rule(number=MANY, rejected=st.booleans())
    def end_a_talk(self, number: int, rejected: bool) -> None:
        talk = self.one_of(self.talks, number)
        if talk:
            self.do(reject_talk if rejected else withdraw_talk, talk=talk, by=self.aiko if rejected else talk.speaker)

    # Organizers

    @rule(number=MANY, to=st.none() | st.integers(1, 3))
    def nominate(self, number: int, to: int | None) -> None:
        registration = self.one_of(self.active, number)
        if registration:
            self.do(nominate, registration=registration, to=to, by=self.aiko)

    @rule(slot=MANY, capacity=st.integers(0, 6))
    def change_capacity(self, slot: int, capacity: int) -> None:
        self.do(change_capacity, slot=self.slots[slot % len(self.slots)], capacity=capacity, by=self.aiko)

    @rule(capacity=st.integers(1, 3), drawn=st.booleans(), seldom=SELDOM)
    def add_slot(self, capacity: int, drawn: bool, seldom: bool) -> None:
        if seldom:
            dates = usual_lottery_dates(self.event.starts_at, "Asia/Tokyo", self.at) if drawn else None
            admission = Slot.Admission.LOTTERY if drawn else Slot.Admission.FIRST_COME
            plan = SlotPlan(f"追加枠{len(self.slots)}", admission, capacity, dates)
            self.do(add_slot, event=self.event, plan=plan, by=self.aiko)

    @rule(number=MANY, back=st.booleans())
    def check_in(self, number: int, back: bool) -> None:
        registration = self.one_of(self.registrations, number)
        if registration:
            self.do(undo_check_in if back else check_in, registration=registration, by=self.aiko)

    @rule(hours=st.integers(-30, 30), maximum=st.integers(1, 2), seat=st.booleans(), seldom=SELDOM)
    def plan_shift(self, hours: int, maximum: int, seat: bool, seldom: bool) -> None:
        if seldom:
            begins = self.event.starts_at + hours * HOUR
            plan = ShiftPlan(Shift.Phase.SETUP, "設営", begins, begins + HOUR, 1, maximum)
            self.do(plan_shift, event=self.event, plan=plan, guarantees_seat=seat, by=self.aiko)

    @rule(number=MANY, maximum=st.integers(1, 4))
    def change_shift(self, number: int, maximum: int) -> None:
        shift = self.one_of(self.shifts, number)
        if shift:
            said = {"title": shift.title, "instructions": "", "minimum": 1, "maximum": maximum}
            self.do(change_shift, shift=shift, by=self.aiko, **said)

    @rule(number=MANY, seldom=SELDOM)
    def cancel_shift(self, number: int, seldom: bool) -> None:
        shift = self.one_of(self.shifts, number)
        if shift and seldom:
            self.do(cancel_shift, shift=shift, by=self.aiko)

    @rule(days=st.integers(-4, 6))
    def move_the_event(self, days: int) -> None:
        event = self.event
        fields = {"starts_at": event.starts_at + days * DAY, "ends_at": event.ends_at + days * DAY}
        self.do(change_event, event=event, fields=fields, by=self.aiko)

    @rule(seldom=SELDOM, sure=SELDOM)
    def cancel_the_event(self, seldom: bool, sure: bool) -> None:
        if seldom and sure:
            self.do(cancel_event, event=self.event, by=self.aiko)

    # What must always be true

    @invariant()
    def nothing_is_broken(self) -> None:
        TALLY.steps += 1
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('told_time.at', %s, true)", [self.at.isoformat()])
        found = [f"{one.rule} {rows}" for one, rows in breaches()]
        assert not found, "\n".join(found)
