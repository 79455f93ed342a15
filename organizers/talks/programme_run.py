"""The page for the person who leads through the event: the present line, the next line, and the time that is left."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from meetups.communities.permissions import Permission
from meetups.events.models import Event
from meetups.speakers.programme.items import ProgrammeItem
from meetups.speakers.programme.timetable import timetable
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.frame import event_page


@dataclass(frozen=True)
class ProgrammeMoment:
    """The programme at one instant. `minutes` are those until `now` ends, or until the first line begins."""

    now: ProgrammeItem | None
    next: ProgrammeItem | None
    later: list[ProgrammeItem]
    minutes: int


def moment(items: list[ProgrammeItem], at: datetime) -> ProgrammeMoment:
    """A minute that has begun counts as a whole one."""
    now = next((item for item in items if item.starts_at <= at < item.ends_at), None)
    ahead = [item for item in items if item.starts_at > at]
    until = now.ends_at if now else ahead[0].starts_at if ahead else at
    return ProgrammeMoment(now, ahead[0] if ahead else None, ahead[1:], -int((at - until).total_seconds() // 60))


@require_safe
@for_event(Permission.SEE_DESK)
def run(request: DeskRequest, event: Event) -> HttpResponse:
    """Read-only. With scripts it reloads itself."""
    items = timetable(event)
    context: dict[str, Any] = {"moment": moment(items, request.at), "as_of": request.at, "any_line": bool(items)}
    if request.htmx:
        return render(request, "desk/talks/programme_run.html#now", {**context, "event": event})
    page = event_page(request, event, current="desk_programme_run", **context)
    return render(request, "desk/talks/programme_run.html", page)
