"""Someone of the team can't come: what is theirs at an event goes to others, in one step."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.communities.models import Membership
from meetups.communities.permissions import Role
from meetups.core.errors import DomainError
from meetups.core.versions import refuse_what_has_changed
from meetups.events.event_roles import EventRole
from meetups.events.models import Event, Undo
from meetups.events.undo import TAKE_BACK, keep_undo
from meetups.history.models import record
from meetups.lifecycle.absence.handed_over import AbsencePlan, DutyKind, PassedDuty, absence_plan
from meetups.notifications.notify import notification, notify_all, postpone
from meetups.registrations.models import Registration
from meetups.registrations.pen.seats import Seats, seats_of
from meetups.registrations.refusals import refuse_unless_open
from meetups.runbook.models import Todo
from meetups.volunteers.duty_seats import End, begin_signup, end_signup, one_shift_at_a_time
from meetups.volunteers.models import Shift, Signup

# Nearer to the start than this, no mail waits and nothing is taken back.
HURRY = timedelta(minutes=30)
MAILS = {
    *("duties_handed_over", "duty_handed_over", "shift_handed_over", "duty_assigned", "shift_assigned"),
    *("stepped_down", "shift_left", "stepped_down_late", "rehearsal_left", "rehearsal_joined"),
}


class NothingToHandOver(DomainError):
    message = _("Nothing at this event is yours.")


@dataclass(frozen=True)
class Passed:
    """The primary keys of what was passed on, as the history and the undo keep them: new lead by shift, new owner by thing to do,
    what became of each signup, and new rights."""

    leads: dict[int, int | None]
    todos: dict[int, int | None]
    signups: list[dict[str, int | None]]
    roles: list[int]


def hand_over_duties(*, event: Event, seen: str, at: datetime, by: User) -> AbsencePlan:
    """Does what the page showed as `seen`: shifts led, shifts taken and an organizer's rights go to others (RULES 229).

    Each of them is told once, after ten minutes. A registration of `by` stays; a seat that came with a shift falls back (RULES 21,
    72). Raises EventClosed, NothingToHandOver, ChangedMeanwhile.
    """
    with seats_of(event, at=at) as seats:
        event = seats.event
        refuse_unless_open(event, at)
        plan = absence_plan(event, by, at=at)
        if not plan.duties:
            raise NothingToHandOver
        refuse_what_has_changed(seen, plan.seen)
        for person in sorted({*plan.takers, by}, key=lambda one: one.pk):
            one_shift_at_a_time(person)
        passed = Passed(
            leads={
                one.shift.pk: _lead(event, one.shift, one.taker, at, by)
                for one in plan.duties
                if one.kind == DutyKind.LEAD and one.shift
            },
            todos={one.todo.pk: _own(event, one.todo, one.taker, at, by) for one in plan.duties if one.todo},
            signups=[_pass_on(seats, one, at, by) for one in plan.duties if one.kind == DutyKind.SIGNUP],
            roles=[
                _give_rights(event, one.taker, at, by)
                for one in plan.duties
                if one.kind == DutyKind.RIGHTS and one.taker
            ],
        )
        _tell(event, plan, passed, at=at, by=by)
        return plan


def _tell(event: Event, plan: AbsencePlan, passed: Passed, *, at: datetime, by: User) -> None:
    """The mails wait for ten minutes, and until then all of it can be taken back."""
    entry = record(
        thread=event.thread,
        subject=f"event:{event.pk}",
        verb="hand_over_duties",
        at=at,
        by=by,
        from_state=event.state,
        to_state=event.state,
        leads=passed.leads,
        roles=passed.roles,
        todos=passed.todos,
    )
    until = at if event.starts_at - at < HURRY else at + TAKE_BACK
    told = {one.taker.pk for one in plan.duties if one.taker and one.kind != DutyKind.SIGNUP}
    notify_all(
        notification(
            kind="duties_handed_over",
            recipient_id=person,
            thread=event.thread,
            subject=f"event:{event.pk}",
            cause=entry.pk,
            at=at,
        )
        for person in sorted(told)
    )
    mails = postpone(MAILS, thread=event.thread, made_at=at, until=until)
    keep_undo(
        event,
        Undo.Kind.DUTIES,
        subject=f"duties:{by.pk}",
        title=by.name,
        at=at,
        by=by,
        until=until,
        people=len(plan.takers),
        before={"by": by.pk, **asdict(passed), "mails": mails},
    )


def _lead(event: Event, shift: Shift, taker: User | None, at: datetime, by: User) -> int | None:
    """The new lead. Without anyone the shift has none."""
    Shift.objects.filter(pk=shift.pk).update(lead=taker)
    record(thread=event.thread, subject=f"shift:{shift.pk}", verb="hand_over_lead", at=at, by=by)
    return taker.pk if taker else None


def _own(event: Event, todo: Todo, taker: User | None, at: datetime, by: User) -> int | None:
    """The membership of the new owner. Without anyone the thing has none."""
    owner = Membership.objects.filter(community=event.community_id, person=taker).first() if taker else None
    Todo.objects.filter(pk=todo.pk).update(owner=owner)
    record(thread=event.thread, subject=todo.subject, verb="change_todo", at=at, by=by)
    return owner.pk if owner else None


def _pass_on(seats: Seats, one: PassedDuty, at: datetime, by: User) -> dict[str, int | None]:
    """Ends the signup of `by`, and begins the taker's. Says which, and in which slot the taker had a seat."""
    assert one.signup
    assert one.shift
    how = End.HANDED_OVER if one.taker else End.STEPPED_DOWN
    end_signup(seats, one.signup, at=at, by=by, how=how)
    if one.taker is None:
        return {"shift": one.shift.pk, "new": None, "had_seat": None}
    registration = seats.registration_of(one.taker)
    is_seat = registration is not None and registration.state == Registration.State.CONFIRMED
    signup = Signup.objects.create(shift=one.shift, volunteer=one.taker, signed_up_at=at)
    shift = Shift.objects.select_related("slot", "event").get(pk=one.shift.pk)
    news = ("duty_assigned", "shift_assigned")
    had = registration.slot_id if registration and is_seat else None
    begin_signup(seats, signup, shift, verb="assign_shift", before="", at=at, by=by, news=news)
    return {"shift": shift.pk, "new": signup.pk, "had_seat": had}


def _give_rights(event: Event, taker: User, at: datetime, by: User) -> int:
    role = EventRole.objects.create(event=event, person=taker, role=Role.ORGANIZER, since=at, given_by=by)
    record(thread=event.thread, subject=f"event_role:{role.pk}", verb="give_event_role", at=at, by=by, role=role.role)
    return role.pk
