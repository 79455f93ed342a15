"""The things to do at an event that are near: the reader's and no one's are their turn, the others are waited for."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from organizers.event.dashboard_facts import OpenTodo, Overview
from organizers.event.turns.standing import AwaitedThing, NextThing, address

# What is due later than this is on the page of its own.
NEAR = timedelta(days=7)


def pressing(view: Overview, at: datetime) -> list[NextThing]:
    """What is late, and what is due today."""
    return [_thing(view, todo, at) for todo in _mine(view, at) if _days_left(view, todo, at) <= 0]


def coming(view: Overview, at: datetime) -> list[NextThing]:
    return [_thing(view, todo, at) for todo in _mine(view, at) if _days_left(view, todo, at) > 0]


def after(view: Overview, at: datetime) -> list[NextThing]:
    """What was to be done before the event is past with it."""
    return [_thing(view, todo, at) for todo in _mine(view, at)]


def todos_of_others(view: Overview, at: datetime) -> list[AwaitedThing]:
    url = address(view, "desk_todos")
    return [
        AwaitedThing(
            todo.name or "",
            todo.title,
            todo.due,
            note=pgettext("thing to do", "reminded") if todo.is_chased else "",
            url=url,
            late=_days_left(view, todo, at) < 0,
        )
        for todo in _near(view, at)
        if todo.person not in (None, view.reader)
    ]


def _mine(view: Overview, at: datetime) -> list[OpenTodo]:
    return [todo for todo in _near(view, at) if todo.person in (None, view.reader)]


def _near(view: Overview, at: datetime) -> list[OpenTodo]:
    ends_at = view.event.ends_at if view.event.is_over(at) else None
    return [todo for todo in view.todos if todo.due - at < NEAR and (ends_at is None or todo.due > ends_at)]


def _days_left(view: Overview, todo: OpenTodo, at: datetime) -> int:
    """Whole days of the event's own calendar; negative where the day is past."""
    zone = view.event.zone
    return (todo.due.astimezone(zone).date() - at.astimezone(zone).date()).days


def _thing(view: Overview, todo: OpenTodo, at: datetime) -> NextThing:
    return NextThing(
        todo.title,
        "" if todo.person else _("No one has taken this yet."),
        _("Mark as done"),
        address(view, "desk_todo_mark", todo.pk),
        due=todo.due,
        by_day=True,
        late=_days_left(view, todo, at) < 0,
        post=True,
    )
