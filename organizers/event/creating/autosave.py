"""The form of a draft saves by itself while it is typed. Without JavaScript its button does."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from meetups.communities.permissions import Permission
from meetups.core.errors import DomainError
from meetups.core.versions import ChangedMeanwhile
from meetups.events.models import Event
from meetups.lifecycle.actions.change_event import change_event, event_version
from organizers.desk.access import DeskRequest, for_event
from organizers.event.event_form import EventForm, typed


@require_POST
@for_event(Permission.PLAN_EVENTS)
def autosave(request: DeskRequest, event: Event) -> HttpResponse:
    """Saves what was typed, and says so with the new version for the form. Nothing is written over: where another window has saved
    meanwhile, the button shows both (RULES 195).
    """
    form = EventForm(request.POST, community=event.community)
    context: dict[str, Any] = {"event": event, "at": request.at}
    if not form.is_valid():
        return _answer(request, context | {"wrong": True})
    try:
        # A form without its version is of none.
        seen = request.POST.get("seen", "")
        change_event(event=event, fields=form.event_fields(), seen=seen, by_itself=True, at=request.at, by=request.user)
    except ChangedMeanwhile:
        return _answer(request, context | {"overtaken": True})
    except DomainError as refusal:
        return _answer(request, context | {"refusal": refusal})
    event.refresh_from_db()
    saved = EventForm(community=event.community, initial=typed(event))
    return _answer(request, context | {"saved": saved, "seen": event_version(event)})


def _answer(request: DeskRequest, context: dict[str, Any]) -> HttpResponse:
    return render(request, "desk/event/creating/autosaved.html", context)
