"""What whoever leads through the evening looks at: now, next, and how much time is left."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from meetups.communities.permissions import Permission
from meetups.events.models import Event
from meetups.speakers.programme import ProgrammeItem
from meetups.speakers.timetable import timetable
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.frame import event_page


@dataclass(frozen=True)
class ProgrammeMoment:
    """The programme as it stands at an instant. `minutes` are those until `now` ends, or until the first line begins."""

    now: ProgrammeItem | None
    next: ProgrammeItem | None
    later: list[ProgrammeItem]
    minutes: int


def moment(items: list[ProgrammeItem], at: datetime) -> ProgrammeMoment:
    """Minutes that have begun count as whole ones."""
    now = next((item for item in items if item.starts_at <= at < item.ends_at), None)
    ahead = [item for item in items if item.starts_at > at]
    until = now.ends_at if now else ahead[0].starts_at if ahead else at
    return ProgrammeMoment(now, ahead[0] if ahead else None, ahead[1:], -int((at - until).total_seconds() // 60))


@require_safe
@for_event(Permission.SEE_DESK)
def run(request: DeskRequest, event: Event) -> HttpResponse:
    """Read-only; where scripts run it renews itself."""
    at = timezone.now()
    items = timetable(event)
    context: dict[str, Any] = {"moment": moment(items, at), "as_of": at, "any_line": bool(items)}
    if request.htmx:
        return render(request, "desk/talks/programme_run.html#now", {**context, "event": event})
    page = event_page(request, event, current="desk_programme", at=at, **context)
    return render(request, "desk/talks/programme_run.html", page)
