"""The numbers that stand beside the pages of an event: one query, however many people and talks there are."""

from dataclasses import dataclass, fields
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from meetups.communities.permissions import Permission
from meetups.core.sql_statements import PreparedQuery
from meetups.events.counts import count_of_event
from meetups.events.event_roles import EventRole
from meetups.events.models import Event, Undo
from meetups.lifecycle.models import Inquiry, Message
from meetups.registrations.models import Lottery, Registration, Slot
from meetups.runbook.models import Todo, days_since
from meetups.speakers.models import Rehearsal, Talk
from meetups.volunteers.models import Chore, Shift
from organizers.desk.access import DeskRequest


@dataclass(frozen=True)
class PageNumbers:
    """`draws_at` is the next draw. `help_sought` says whether the check for volunteers has been, and a shift is still short."""

    people: int
    arrived: int
    expected: int
    slots: int
    has_draw: bool
    draws_at: datetime | None
    closes_at: datetime | None
    messages: int
    inquiries: int
    proposals: int
    talks: int
    slides: int
    shifts: int
    taken: int
    places: int
    is_short: bool
    help_sought: bool
    teardown_taken: int
    teardown_places: int
    teardown_at: datetime | None
    out_at: datetime | None
    rehearsal_at: datetime | None
    chores: int
    chores_left: int
    todos: int
    todos_done: int
    todo_late: bool
    team: int
    can_undo: bool


def _of_event(rows: QuerySet[Any], **aggregates: Any) -> Any:
    """The aggregate of the rows that hang on the event, as a column."""
    [name] = aggregates
    found = rows.filter(event=OuterRef("pk")).order_by().values("event").annotate(**aggregates)
    return Subquery(found.values(name))


def _question(pk: int, at: datetime, since_start: int, since_end: int, *, reports: bool) -> QuerySet[Any, Any]:
    """The numbers of the event with the key `pk`, in the order of PageNumbers."""
    registrations = Registration.objects.active()
    confirmed = registrations.filter(state=Registration.State.CONFIRMED)
    inquiries = Inquiry.objects.filter(state=Inquiry.State.OPEN)
    if not reports:
        inquiries = inquiries.exclude(topic=Inquiry.Topic.REPORT)
    lotteries = Lottery.objects.filter(slot__event=OuterRef("pk"), slot__admission=Slot.Admission.LOTTERY)
    shifts = Shift.objects.standing()
    teardown = shifts.filter(phase=Shift.Phase.TEARDOWN)
    short = shifts.filter(event=OuterRef("pk"), taken__lt=F("minimum"), ends_at__gt=at)
    chores = Chore.objects.filter(sort=Chore.Sort.DO)
    todos = Todo.objects.all()
    columns: dict[str, Any] = {
        "people": count_of_event(registrations),
        "arrived": count_of_event(confirmed.filter(checked_in_at__isnull=False)),
        "expected": count_of_event(confirmed),
        "slots": count_of_event(Slot.objects.all()),
        "has_draw": Exists(lotteries),
        "draws_at": Subquery(lotteries.exclude(state=Lottery.State.DRAWN).order_by("draws_at").values("draws_at")[:1]),
        "closes_at": _of_event(Slot.objects.general(), last=Max("closes_at")),
        "messages": count_of_event(Message.objects.filter(state=Message.State.SCHEDULED)),
        "inquiries": count_of_event(inquiries),
        "proposals": count_of_event(Talk.objects.filter(state=Talk.State.PROPOSED)),
        "talks": count_of_event(Talk.objects.filter(state=Talk.State.CONFIRMED)),
        "slides": count_of_event(Talk.objects.slides_out()),
        "shifts": count_of_event(shifts),
        "taken": Coalesce(_of_event(shifts, people=Sum("taken")), 0),
        "places": Coalesce(_of_event(shifts, people=Sum("maximum")), 0),
        "is_short": Exists(short),
        "help_sought": Exists(short.filter(Q(help_sought_at__isnull=False) | Q(starts_at__lte=at))),
        "teardown_taken": Coalesce(_of_event(teardown, people=Sum("taken")), 0),
        "teardown_places": Coalesce(_of_event(teardown, people=Sum("maximum")), 0),
        "teardown_at": Subquery(teardown.filter(event=OuterRef("pk")).order_by("starts_at").values("starts_at")[:1]),
        "out_at": _of_event(shifts, last=Max("ends_at")),
        "rehearsal_at": Subquery(
            Rehearsal.objects.filter(event=OuterRef("pk")).order_by("-starts_at").values("starts_at")[:1]
        ),
        "chores": count_of_event(chores),
        "chores_left": count_of_event(chores.filter(done_at__isnull=True)),
        "todos": count_of_event(todos),
        "todos_done": count_of_event(todos.filter(done_at__isnull=False)),
        "todo_late": Exists(todos.past(since_start, since_end).filter(event=OuterRef("pk"))),
        "team": Count("community__memberships", distinct=True) + count_of_event(EventRole.objects.current(at)),
        "can_undo": Exists(Undo.objects.filter(event=OuterRef("pk"), until__gt=at)),
    }
    # The names of some columns are those of the event's own fields.
    named = {f"n_{name}": column for name, column in columns.items()}
    return (
        Event.objects.filter(pk=pk).annotate(**named).values_list(*(f"n_{field.name}" for field in fields(PageNumbers)))
    )


# With the reports of misconduct and without.
_QUESTIONS = {
    reports: PreparedQuery(partial(_question, reports=reports), pk=int, at=datetime, since_start=int, since_end=int)
    for reports in (True, False)
}


def page_numbers(request: DeskRequest, event: Event, *, at: datetime) -> PageNumbers:
    """What is counted for this reader. Reports are counted for the owners alone."""
    question = _QUESTIONS[Permission.MANAGE_MEMBERS in request.grants]
    since_start, since_end = days_since(event, at)
    return PageNumbers(*question.one(pk=event.pk, at=at, since_start=since_start, since_end=since_end))
