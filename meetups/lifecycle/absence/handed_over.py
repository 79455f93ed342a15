"""What a person of the team hands over when they can't come to an event, and to whom (RULES 229). Reads; writes nothing."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, auto

from meetups.accounts.models import User
from meetups.communities.models import Membership
from meetups.communities.permissions import GRANTS, Permission, Role
from meetups.events.event_roles import who_may_at
from meetups.events.models import Event
from meetups.runbook.models import Todo
from meetups.volunteers.models import Shift, Signup
from meetups.volunteers.models.shift import ShiftQuerySet


class DutyKind(StrEnum):
    LEAD = auto()
    SIGNUP = auto()
    TODO = auto()
    RIGHTS = auto()


@dataclass(frozen=True)
class PassedDuty:
    """One duty and who takes it. Without a taker it ends, and `is_short` says whether people are then missing."""

    kind: DutyKind
    taker: User | None
    shift: Shift | None = None
    signup: Signup | None = None
    todo: Todo | None = None

    @property
    def is_short(self) -> bool:
        return self.taker is None and self.shift is not None and self.shift.taken - 1 < self.shift.minimum

    @property
    def seen(self) -> str:
        thing = self.signup or self.shift or self.todo
        return f"{self.kind}:{thing.pk if thing else 0}:{self.taker.pk if self.taker else 0}"


@dataclass(frozen=True)
class AbsencePlan:
    """`deputy` is whom the person has named; `others` are everyone else of the team."""

    duties: list[PassedDuty]
    deputy: User | None
    others: list[User]

    @property
    def takers(self) -> list[User]:
        return list(dict.fromkeys(one.taker for one in self.duties if one.taker))

    @property
    def seen(self) -> str:
        """What the page shows, so that the action does just that."""
        return ",".join(one.seen for one in self.duties)


def absence_plan(event: Event, person: User, *, at: datetime) -> AbsencePlan:
    """Everything goes to the deputy; what they are busy for, or all of it without one, to the person who has least at this event.

    A shift that has enough people without the person just loses them.
    """
    team = list(
        Membership.objects.filter(community=event.community_id)
        .select_related("person", "deputy")
        .order_by("since", "pk")
    )
    mine = next((one for one in team if one.person_id == person.pk), None)
    others = [one for one in team if one.person_id != person.pk and one.person.is_active]
    deputy = next((one.person for one in others if mine and one.person_id == mine.deputy_id), None)
    turn = _Turn(event, [one.person for one in others], deputy, at)
    duties = [
        PassedDuty(DutyKind.LEAD, turn.takes(None), shift=shift)
        for shift in _shifts(event, at).filter(lead=person).in_order()
    ]
    signups = Signup.objects.active().filter(volunteer=person, shift__in=_shifts(event, at), shift__starts_at__gt=at)
    for signup in signups.select_related("shift").order_by("shift__starts_at", "pk"):
        needed = signup.shift.taken - 1 < signup.shift.minimum
        taker = turn.takes(signup.shift) if needed else None
        duties.append(PassedDuty(DutyKind.SIGNUP, taker, signup.shift, signup))
    todos = Todo.objects.open().filter(event=event, owner=mine).select_related("event") if mine else Todo.objects.none()
    duties += [PassedDuty(DutyKind.TODO, turn.takes(None), todo=todo) for todo in todos.order_by("days", "pk")]
    if mine and Permission.PLAN_EVENTS in GRANTS[Role(mine.role)]:
        plans = who_may_at(event, Permission.PLAN_EVENTS, at=at)
        can = [one.person for one in others if one.person_id in plans]
        first = deputy or next(iter(can), None) or turn.first()
        if first and first not in can:
            duties.append(PassedDuty(DutyKind.RIGHTS, first))
    return AbsencePlan(duties, deputy, [one.person for one in others])


def _shifts(event: Event, at: datetime) -> ShiftQuerySet:
    return Shift.objects.open().filter(event=event, ends_at__gt=at)


class _Turn:
    """Whose turn it is to take something: the deputy's, else that of the person with the least at this event."""

    def __init__(self, event: Event, team: list[User], deputy: User | None, at: datetime) -> None:
        self.team, self.deputy = team, deputy
        leads = _shifts(event, at).filter(lead__in=team).values_list("lead", flat=True)
        signups = Signup.objects.active().filter(shift__in=_shifts(event, at), volunteer__in=team)
        todos = Todo.objects.open().filter(event=event, owner__person__in=team).values_list("owner__person", flat=True)
        self.load = Counter(leads.union(signups.values_list("volunteer", flat=True), todos, all=True))

    def in_order(self) -> list[User]:
        return sorted(self.team, key=lambda one: (one != self.deputy, self.load[one.pk]))

    def first(self) -> User | None:
        return next(iter(self.in_order()), None)

    def takes(self, shift: Shift | None) -> User | None:
        """The first who is free at that time. They have one thing more then."""
        busy = self._busy_at(shift) if shift else set()
        for one in self.in_order():
            if one.pk not in busy:
                self.load[one.pk] += 1
                return one
        return None

    def _busy_at(self, shift: Shift) -> set[int]:
        """Those who have this shift already, or another one at its time. One query, whatever the size of the team."""
        theirs = Signup.objects.active().filter(volunteer__in=self.team)
        taken = theirs.filter(shift=shift).union(theirs.during(shift), all=True)
        return set(taken.values_list("volunteer", flat=True))
