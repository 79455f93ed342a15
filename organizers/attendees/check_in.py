"""The check-in page: who has arrived."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from meetups.communities.permissions import Permission
from meetups.core.errors import DomainError
from meetups.events.models import Event
from meetups.registrations.actions.arrivals.check_in import check_in as record_arrival
from meetups.registrations.actions.arrivals.undo_check_in import SeatWouldFall, undo_check_in
from meetups.registrations.actions.arrivals.walk_in import walk_in
from meetups.registrations.models import Registration
from meetups.registrations.pen.people_by_hand import door_is_open
from organizers.attendees.door import DoorRow, door
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.frame import days_ahead, event_page
from organizers.desk.seat_fallback import where_the_seat_goes

PAGE = "desk/attendees/check_in.html"


@require_safe
@for_event(Permission.CHECK_IN)
def check_in(request: DeskRequest, event: Event) -> HttpResponse:
    """The list at the door, searched by name or number. The search has a button; with scripts it also works while a person types.

    `ticked` is the registration that was just checked in by a form without scripts.
    """
    context = _door_context(event, request.GET.get("q", ""))
    if request.htmx:
        return render(request, f"{PAGE}#door", {"event": event, **context})
    ticked = request.GET.get("ticked", "")
    if ticked.isdecimal() and len(ticked) < 19:
        context["ticked"] = context["door"].everyone.get(int(ticked))
    page = event_page(request, event, current="desk_check_in", days_ahead=days_ahead(event, request.at), **context)
    return render(request, PAGE, page)


@require_POST
@for_event(Permission.CHECK_IN)
def arrival(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    """Records an arrival, takes it back if `undo` is sent, or moves a person up from the waitlist first if `move_up` is sent.

    Where the seat goes with an undone arrival, another page asks first.
    """
    people = Registration.objects.filter(event=event).select_related("event", "slot__event")
    registration = get_object_or_404(people, pk=pk)
    at, by = request.at, request.user
    refused = ""
    try:
        if request.POST.get("undo"):
            undo_check_in(registration=registration, at=at, by=by, seat_falls="seat_falls" in request.POST)
        elif request.POST.get("move_up"):
            walk_in(slot=registration.slot, who=registration, above=False, at=at, by=by)
        else:
            record_arrival(registration=registration, at=at, by=by)
    except SeatWouldFall:
        question = reverse("desk_undo_check_in", args=[event.public_id, pk])
        return HttpResponseClientRedirect(question) if request.htmx else redirect(question)
    except DomainError as refusal:
        refused = str(refusal)
    # What was typed is done with once its person is in.
    q = request.POST.get("q", "") if refused else ""
    if request.htmx:
        return _ticked(request, event, pk, q, refused)
    if refused:
        messages.error(request, refused)
    query = urlencode({"q": q} if refused else {"ticked": pk})
    return redirect(f"{reverse('desk_check_in', args=[event.public_id])}?{query}")


@require_safe
@for_event(Permission.CHECK_IN)
def undo(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    """Says what becomes of a seat that only its check-in keeps (RULES 111). Of any other seat there is nothing to say."""
    registration = get_object_or_404(Registration.objects.filter(event=event).with_people(), pk=pk)
    kept = Registration.objects.outlived().filter(pk=pk, checked_in_at__isnull=False)
    if not event.is_open(request.at) or not kept.exists():
        return redirect("desk_check_in", event.public_id)
    context = event_page(
        request,
        event,
        current="desk_check_in",
        registration=registration,
        consequence=where_the_seat_goes(event, registration.name, request.at),
    )
    return render(request, "desk/attendees/check_in_undo.html", context)


def _ticked(request: DeskRequest, event: Event, pk: int, q: str, refused: str) -> HttpResponse:
    """The row alone, so that no other row moves; the whole list where it was a list of what was searched for."""
    context = _door_context(event, q)
    row: DoorRow | None = context["door"].everyone.get(pk)
    part = "door" if request.POST.get("whole") or row is None else "row"
    swapped = {"swapped": True, "row": row, "fresh": pk, "ticked": row, "refused": refused}
    return render(request, f"{PAGE}#ticked", {"event": event, **context, **swapped, "part": part})


def _door_context(event: Event, q: str) -> dict[str, Any]:
    return {"door": door(event, q[:100]), "lets_in": door_is_open(event, timezone.now())}
