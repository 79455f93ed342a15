"""The stage for the rules: one event, its people, a clock that tests set, and the invariants that hold after every step."""

import random
import secrets
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar
from unittest.mock import patch

from django.db import connection, transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.events.models import Event
from meetups.history.models import HistoryEntry
from meetups.lifecycle.actions.publish_event import publish_event
from meetups.lifecycle.invariants import INVARIANTS, breaches
from meetups.registrations import tasks
from meetups.registrations.actions.lottery.draw_lottery import draw_lottery
from meetups.registrations.actions.lottery.fetch_randomness import fetch_randomness
from meetups.registrations.actions.registration.register import register
from meetups.registrations.models import HeldPlace, Lottery, Offer, PairInvitation, Reconfirmation, Registration, Slot
from meetups.speakers.models import Talk
from meetups.volunteers.models import Shift
from meetups.volunteers.tasks import end_canceled_shifts
from tests.concurrency.right.table import is_right
from tests.support import cast

SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PEOPLE = 8
MANY = st.integers(0, 1000)
# Stories begin at once; after a draw; while seats are handed over; when promotion has stopped; after the event.
T, D = cast.CLOSES_AT, cast.DRAWS_AT
MOMENTS = [
    *([], [], [], [T - HOUR], [T], [T, D], [T, D, D + DAY]),
    *([T, D, cast.STARTS_AT - 47 * HOUR], [T, D, cast.STARTS_AT - 40 * HOUR]),
    *([T, D, cast.STARTS_AT - 20 * HOUR], [T, D, cast.ENDS_AT]),
]
# The recurring jobs, in the order of the clock's table.
JOBS = [
    tasks.freeze_lotteries,
    tasks.fetch_values,
    tasks.draw_lotteries,
    tasks.lapse_held_places,
    tasks.pass_on,
    tasks.reconfirm_seats,
    end_canceled_shifts,
]
Rule = TypeVar("Rule", bound=Callable[..., None])
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
    """The result of a run: the number of rules, how often each action was taken or refused and why, and what history records."""

    steps: int = 0
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)
    seen: Counter[tuple[str, str]] = field(default_factory=Counter)

    def lines(self) -> list[str]:
        """The whole tally, as lines to print."""
        refused = [f"{action} refused, {why}: {times}" for (action, why), times in sorted(self.refused.items())]
        done = [f"{action}: {times}" for action, times in sorted(self.done.items())]
        return [*done, *refused, *(f"{verb} → {state}: {times}" for (verb, state), times in sorted(self.seen.items()))]


TALLY = Tally()


# The number of each thing at the event. A rule that needs a thing is tried only if the event has one.
WHAT_THERE_IS = """
SELECT
    count(*) FILTER (WHERE r.state <> 'cancelled') AS active,
    count(*) FILTER (WHERE r.state = 'applied') AS applied,
    count(*) FILTER (WHERE r.state = 'confirmed') AS confirmed,
    count(*) FILTER (WHERE r.state = 'waitlisted') AS waiting,
    count(*) FILTER (WHERE r.hands_over_at IS NOT NULL) AS handing_over,
    count(*) FILTER (WHERE r.asked_at IS NOT NULL) AS asked,
    count(*) FILTER (WHERE r.attendee_id IS NULL AND r.state <> 'cancelled') AS guests,
    count(*) FILTER (WHERE r.absent_at IS NOT NULL AND r.excused_at IS NULL) AS absent,
    (SELECT count(*) FROM registrations_offer o JOIN registrations_registration g ON g.id = o.giver_id
        WHERE g.event_id = %(event)s AND o.state = 'open') AS offers,
    (SELECT count(*) FROM registrations_heldplace p WHERE p.event_id = %(event)s AND p.state = 'held') AS places,
    (SELECT count(*) FROM registrations_pairinvitation i JOIN registrations_registration l ON l.id = i.lead_id
        WHERE l.event_id = %(event)s AND i.state = 'open') AS pair_invitations,
    (SELECT count(*) FROM volunteers_signup u JOIN volunteers_shift h ON h.id = u.shift_id
        WHERE h.event_id = %(event)s AND u.state = 'signed_up') AS signups,
    (SELECT count(*) FROM speakers_talk t WHERE t.event_id = %(event)s AND t.state IN ('proposed', 'accepted', 'confirmed'))
        AS talks,
    (SELECT count(*) FROM events_event e WHERE e.id = %(event)s AND e.state = 'published' AND e.ends_at > now()) AS future,
    (SELECT count(*) FROM events_event e WHERE e.id = %(event)s AND e.state = 'published' AND e.ends_at <= now()) AS past,
    (SELECT count(*) FROM events_event e WHERE e.id = %(event)s AND now() BETWEEN e.starts_at - interval '12 hours' AND e.ends_at)
        AS door,
    (SELECT count(*) FROM events_event e WHERE e.id = %(event)s AND e.state = 'draft') AS draft,
    (SELECT count(*) FROM events_undo d WHERE d.event_id = %(event)s AND d.until > now()) AS undoable,
    (SELECT count(*) FROM registrations_lottery y JOIN registrations_slot s ON s.id = y.slot_id
        WHERE s.event_id = %(event)s AND y.state <> 'drawn') AS lotteries
FROM registrations_registration r WHERE r.event_id = %(event)s
"""

# All invariants in one statement: asked one by one they took a quarter of the machine's time.
IS_BROKEN = f"SELECT {' OR '.join(f'EXISTS ({invariant.sql})' for invariant in INVARIANTS)}"


def there_is(what: str) -> Callable[[Rule], Rule]:
    """Tries a rule only if the event has one of these (see WHAT_THERE_IS)."""
    only_then: Callable[[Rule], Rule] = precondition(lambda stage: stage.there[what])
    return only_then


def prepare() -> None:
    """Runs once, in the transaction of the test. Makes the people, the community, and a `now()` that tests set."""
    with connection.cursor() as cursor:
        cursor.execute(CLOCK)
    cast.people(PEOPLE)
    cast.community()


class Stage(RuleBasedStateMachine):
    """One event with four slots: first come, lottery, volunteers, speakers."""

    def __init__(self) -> None:
        super().__init__()
        self.left = ExitStack()
        block = transaction.atomic()
        # Django allows durable blocks inside an atomic block that a test case opens.
        vars(block)["_from_testcase"] = True
        self.left.enter_context(block)
        self.left.callback(transaction.set_rollback, True)
        # Hypothesis also decides random values, so that its findings can be repeated.
        for name, chance in (
            ("token_bytes", random.randbytes),
            ("token_hex", lambda size: random.randbytes(size).hex()),
        ):
            self.left.enter_context(patch.object(secrets, name, chance))
        self.at = cast.NOW
        self.aiko = cast.person("aiko")
        # The last person is another account of the first person's mailbox.
        self.people = [*cast.people(PEOPLE), cast.person("guest1+again")]
        self.requests: list[tuple[User, Slot, uuid.UUID]] = []
        self.there: Counter[str] = Counter()

    def teardown(self) -> None:
        TALLY.seen.update(HistoryEntry.objects.values_list("verb", "to_state"))
        self.left.close()

    # Parts for rules

    def do(self, action: Callable[..., Any], **named: Any) -> Any:
        """Takes an action now. A refusal is a normal answer, None, if it is right."""
        try:
            done = action(at=self.at, **named)
        except DomainError as refusal:
            self.check_refusal(action.__name__, refusal, named)
            return None
        TALLY.done[action.__name__] += 1
        return done

    def check_refusal(self, action: str, refusal: DomainError, named: dict[str, Any]) -> None:
        """Asserts that the rules give the reason for this refusal."""
        why = type(refusal).__name__
        TALLY.refused[action, why] += 1
        right = is_right(action, why, at=self.at, event=self.event, named=named)
        assert right, f"{action} was refused without a reason: {why} ({refusal}) at {self.at}: {named}"

    def somebody(self, number: int) -> User:
        return self.people[number % len(self.people)]

    def newcomer(self, number: int) -> User:
        """A person who has no place yet, if there is one; now and then a person who has a place."""
        here = {one.attendee_id for one in self.active}
        others = [person for person in self.people if person.pk not in here]
        return self.somebody(number) if number % 5 == 0 or not others else others[number % len(others)]

    @staticmethod
    def one_of[Thing](things: Sequence[Thing], number: int) -> Thing | None:
        """The thing with that number, modulo their count; None if there are none."""
        return things[number % len(things)] if things else None

    @property
    def event(self) -> Event:
        return Event.objects.select_related("community").get(pk=self.event_id)

    @property
    def slots(self) -> list[Slot]:
        return list(Slot.objects.filter(event=self.event_id).select_related("event").in_order())

    def a_slot(self, number: int) -> Slot:
        """Mostly a slot that anyone can ask for."""
        slots = self.slots
        general = [slot for slot in slots if slot.is_general]
        return slots[number % len(slots)] if number % 6 == 0 or not general else general[number % len(general)]

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
    def places(self) -> list[HeldPlace]:
        return list(HeldPlace.objects.filter(event=self.event_id).select_related("event", "slot").order_by("pk"))

    @property
    def questions(self) -> list[Reconfirmation]:
        return list(
            Reconfirmation.objects.filter(slot__event=self.event_id).select_related("slot__event").order_by("pk")
        )

    @property
    def pair_invitations(self) -> list[PairInvitation]:
        of_event = PairInvitation.objects.filter(lead__event=self.event_id)
        return list(of_event.select_related("lead__event", "lead__attendee").order_by("pk"))

    @property
    def lotteries(self) -> list[Lottery]:
        return list(Lottery.objects.filter(slot__event=self.event_id).select_related("slot__event").order_by("pk"))

    def deadlines(self) -> list[datetime]:
        """The moments still to come that change which actions are allowed."""
        event = self.event
        moments = [event.starts_at, event.ends_at]
        for slot in self.slots:
            moments += [slot.closes_at, slot.free_cancellation_ends_at, slot.promotion_stops_at]
        for lottery in self.lotteries:
            moments += [lottery.closes_at, lottery.draws_at]
        moments += [shift.step_down_until for shift in self.shifts]
        moments += [shift.cancels_at for shift in self.shifts if shift.cancels_at]
        moments += [offer.answer_by for offer in self.offers]
        moments += [place.expires_at for place in self.places]
        for question in self.questions:
            moments += [question.ask_at, question.remind_at, question.answer_by]
        return sorted(moment for moment in set(moments) if moment > self.at)

    # The beginning

    @initialize(
        first_come=st.integers(1, 2),
        drawn=st.integers(1, 2),
        mixed=st.booleans(),
        pairs=st.sampled_from([True, True, False]),
        # No one at all, so that the publication can be taken back.
        guests=st.sampled_from([0, *range(2, PEOPLE + 1)]),
        moment=st.sampled_from(MOMENTS),
    )
    def begin(self, first_come: int, drawn: int, mixed: bool, pairs: bool, guests: int, moment: list[datetime]) -> None:
        """Some stories begin in the middle: the clock has ticked at each moment of `moment`."""
        drawn_plan = replace(cast.lottery_plan(drawn), first_come_seats=int(mixed), takes_pairs=pairs)
        slots = [cast.first_come_plan(first_come), drawn_plan, cast.duty_plan(), cast.invited_plan(1)]
        draft = cast.event(slots=slots, shifts=[cast.teardown_plan(minimum=1, maximum=2)], publish=False)
        event = publish_event(event=draft, at=self.at, by=self.aiko)
        self.event_id = event.pk
        general = self.slots[:2]
        for number in range(guests):
            self.do(register, slot=general[number % 2], attendee=self.people[number])
        for self.at in moment:
            self.the_clock_works()

    # Time

    @there_is("future")
    @rule(distance=st.sampled_from([MINUTE, HOUR, 6 * HOUR, DAY]))
    def time_passes(self, distance: timedelta) -> None:
        self.at += distance

    @there_is("future")
    @rule(nth=st.sampled_from([0, 0, 0, 1]), late=st.sampled_from([timedelta(0), SECOND, HOUR]))
    def a_deadline_passes(self, nth: int, late: timedelta) -> None:
        for moment in self.deadlines()[nth : nth + 1]:
            self.at = moment + late

    @rule(first=st.integers(0, len(JOBS) - 1))
    def the_clock_works(self, first: int = 0) -> None:
        """With `first`, the earlier jobs are left out: a killed clock does them later."""
        for job in JOBS[first:]:
            job(at=self.at)

    @there_is("lotteries")
    @rule(number=MANY, step=st.sampled_from([fetch_randomness, draw_lottery]))
    def the_desk_draws(self, number: int, step: Callable[..., Lottery]) -> None:
        lottery = self.one_of(self.lotteries, number)
        if lottery:
            self.do(step, lottery=lottery)

    # What must always be true

    @invariant()
    def nothing_is_broken(self) -> None:
        TALLY.steps += 1
        # This runs hundreds of times, so PostgreSQL plans each statement only once.
        with connection.planned_cursor() as cursor:  # type: ignore[attr-defined]  # of our own connection
            cursor.execute("SELECT set_config('told_time.at', %s, true)", [self.at.isoformat()])
            cursor.execute(WHAT_THERE_IS, {"event": self.event_id})
            self.there = Counter(
                dict(zip([column.name for column in cursor.description], cursor.fetchone(), strict=True))
            )
            cursor.execute(IS_BROKEN)
            [is_broken] = cursor.fetchone()
        if is_broken:
            raise AssertionError("\n".join(f"{invariant.rule} {rows[:20]}" for invariant, rows in breaches()))
