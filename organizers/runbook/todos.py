"""The page of all things to do for an event. It works without scripts."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from meetups.accounts.models import User
from meetups.communities.permissions import Permission
from meetups.events.models import Event
from meetups.runbook.actions.add_todo import add_todo
from meetups.runbook.actions.tick_todo import tick_todo
from meetups.runbook.actions.write_usual_todos import write_usual_todos
from meetups.runbook.models import Todo
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.edits import SentForm
from organizers.desk.frame import event_page
from organizers.desk.refusals import refusals_shown
from organizers.runbook.todo_form import TodoForm

type Chosen = Callable[[Todo, User], bool]

# The filters: what is still to do, mine, what others do, what no one has taken, what is done.
FILTERS: dict[str, tuple[str | Promise, Chosen]] = {
    "": (pgettext_lazy("things to do", "To do"), lambda todo, _me: todo.done_at is None),
    "mine": (pgettext_lazy("things to do", "You"), lambda todo, me: todo.done_at is None and todo.owned_by == me),
    "others": (
        pgettext_lazy("things to do", "Others"),
        lambda todo, me: todo.done_at is None and todo.owned_by not in (None, me),
    ),
    "open": (pgettext_lazy("things to do", "No one yet"), lambda todo, _me: todo.done_at is None and not todo.owner),
    "done": (pgettext_lazy("things to do", "Done"), lambda todo, _me: todo.done_at is not None),
}


@dataclass(frozen=True)
class TodoFilter:
    """A filter as a word with its count."""

    label: str
    key: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class TodoRow:
    """A line: the thing, how many days it is late (0: it isn't), and its distance from the event in words."""

    todo: Todo
    days_late: int
    distance: str


@require_http_methods(["GET", "POST"])
@for_event(Permission.PLAN_EVENTS)
def todos(request: DeskRequest, event: Event) -> HttpResponse:
    """The list, and the form for a new thing."""
    form = TodoForm(request.POST if request.method == "POST" else None, event=event)
    sent = SentForm(form)
    if sent.succeeds(lambda: add_todo(event=event, plan=form.plan(), at=request.at, by=request.user)):
        if sent.result:
            messages.success(request, _("Added to the list."))
        else:
            messages.info(request, _("This is already on the list."))
        return redirect("desk_todos", event.public_id)
    lists = _lists(request, event, request.GET.get("show", ""))
    context = event_page(request, event, current="desk_todos", form=form, **lists)
    return render(request, "desk/runbook/todos.html", context, status=sent.status)


def _lists(request: DeskRequest, event: Event, shown: str) -> dict[str, Any]:
    """The lines that are shown, in the order of their days, and the filters with their counts. One query."""
    everything = list(Todo.objects.filter(event=event).select_related("owner__person", "done_by"))
    for todo in everything:
        todo.event = event
    shown = shown if shown in FILTERS else ""
    counts = {key: sum(chosen(todo, request.user) for todo in everything) for key, (_l, chosen) in FILTERS.items()}
    chosen = FILTERS[shown][1]
    return {
        "rows": _rows([todo for todo in everything if chosen(todo, request.user)], event, request.at),
        "filters": [TodoFilter(str(label), key, counts[key], key == shown) for key, (label, _c) in FILTERS.items()],
        "shown": shown,
        "total": len(everything),
        "done": counts["done"],
    }


def _rows(todos: Iterable[Todo], event: Event, at: datetime) -> list[TodoRow]:
    today = at.astimezone(event.zone).date()
    return [
        TodoRow(todo, (today - todo.day).days if todo.is_late(at) else 0, distance(todo.days))
        for todo in sorted(todos, key=lambda todo: (todo.day, todo.pk))
    ]


def distance(days: int) -> str:
    """How far a day is from the event."""
    if days == 0:
        return _("on the day")
    if days < 0:
        return ngettext("%(days)s day before", "%(days)s days before", -days) % {"days": -days}
    return ngettext("%(days)s day after", "%(days)s days after", days) % {"days": days}


@require_POST
@for_event(Permission.PLAN_EVENTS)
def usual(request: DeskRequest, event: Event) -> HttpResponse:
    with refusals_shown(request):
        added = write_usual_todos(event=event, at=request.at, by=request.user)
        messages.success(
            request, ngettext("%(count)s thing added.", "%(count)s things added.", added) % {"count": added}
        )
    return redirect("desk_todos", event.public_id)


@require_POST
@for_event(Permission.PLAN_EVENTS)
def mark(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    """Done, or with `done=0` not done after all. `show` is the filter that one came from; without it one came from the overview."""
    thing = get_object_or_404(Todo.objects.select_related("event"), event=event, pk=pk)
    done, shown = request.POST.get("done") != "0", request.POST.get("show", "")
    with refusals_shown(request):
        tick_todo(todo=thing, done=done, at=request.at, by=request.user)
        if request.htmx:
            return render(request, "desk/runbook/todos.html#list", {"event": event, **_lists(request, event, shown)})
        if done:
            messages.success(request, _("“%(title)s” is done.") % {"title": thing.title})
    if "show" not in request.POST:
        return redirect("desk_event", event.public_id)
    query = f"?show={shown}" if shown in FILTERS and shown else ""
    return redirect(reverse("desk_todos", args=[event.public_id]) + query)
