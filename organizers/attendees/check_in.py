"""The check-in page: who has arrived."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
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
from meetups.registrations.models import Registration
from meetups.registrations.pen.people_by_hand import door_is_open
from meetups.registrations.pen.queue_numbers import queue_numbers
from organizers.attendees.roster import state_of
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.frame import days_ahead, event_page
from organizers.desk.names import folded
from organizers.desk.seat_fallback import where_the_seat_goes

# More people than this are too many to scroll through. The others are found by name.
SHOWN = 100


@dataclass(frozen=True)
class Door:
    """Who is expected and who has arrived.

    `people` have a seat and match the search; those who have not arrived come first. `seatless` match it and have no seat.
    """

    arrived: int
    expected: int
    people: list[Registration]
    more: int
    seatless: list[tuple[Registration, str]]
    q: str


@require_safe
@for_event(Permission.CHECK_IN)
def check_in(request: DeskRequest, event: Event) -> HttpResponse:
    """The list at the door, searched by name. The search has a button; with scripts it also works while a person types."""
    return _door_page(request, event, request.GET.get("q", ""))


@require_POST
@for_event(Permission.CHECK_IN)
def arrival(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    """Records an arrival, or takes it back if `undo` is sent. Where the seat goes with it, another page asks first."""
    registration = get_object_or_404(Registration.objects.filter(event=event).select_related("event"), pk=pk)
    q = request.POST.get("q", "")[:100]
    refused, at, by = "", timezone.now(), request.user
    try:
        if request.POST.get("undo"):
            undo_check_in(registration=registration, at=at, by=by, seat_falls="seat_falls" in request.POST)
        else:
            record_arrival(registration=registration, at=at, by=by)
    except SeatWouldFall:
        question = reverse("desk_undo_check_in", args=[event.public_id, pk])
        return HttpResponseClientRedirect(question) if request.htmx else redirect(question)
    except DomainError as refusal:
        refused = str(refusal)
    if request.htmx:
        return _door_page(request, event, q, refused=refused)
    if refused:
        messages.error(request, refused)
    query = QueryDict(mutable=True)
    query["q"] = q
    return redirect(reverse("desk_check_in", args=[event.public_id]) + (f"?{query.urlencode()}" if q else ""))


@require_safe
@for_event(Permission.CHECK_IN)
def undo(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    """Says what becomes of a seat that only its check-in keeps (RULES 111). Of any other seat there is nothing to say."""
    at = timezone.now()
    registration = get_object_or_404(Registration.objects.filter(event=event).with_people(), pk=pk)
    kept = Registration.objects.outlived().filter(pk=pk, checked_in_at__isnull=False)
    if not event.is_open(at) or not kept.exists():
        return redirect("desk_check_in", event.public_id)
    context = event_page(
        request,
        event,
        current="desk_check_in",
        at=at,
        registration=registration,
        consequence=where_the_seat_goes(event, registration.name, at),
    )
    return render(request, "desk/attendees/check_in_undo.html", context)


def _door_page(request: DeskRequest, event: Event, q: str, *, refused: str = "") -> HttpResponse:
    at = timezone.now()
    context: dict[str, Any] = {"door": door(event, q[:100]), "refused": refused, "lets_in": door_is_open(event, at)}
    if request.htmx:
        return render(request, "desk/attendees/check_in.html#door", {"event": event, **context})
    page = event_page(request, event, current="desk_check_in", at=at, days_ahead=days_ahead(event, at), **context)
    return render(request, "desk/attendees/check_in.html", page)


def door(event: Event, q: str) -> Door:
    """One query. The names are folded and compared in Python."""
    everyone = list(Registration.objects.active().filter(event=event).with_people().order_by("pk"))
    wanted = folded(q)
    found = [one for one in everyone if wanted in folded(one.name)]
    seated = [one for one in found if one.state == Registration.State.CONFIRMED]
    seated.sort(key=lambda one: (one.checked_in_at is not None, folded(one.name), one.pk))
    confirmed = [one for one in everyone if one.state == Registration.State.CONFIRMED]
    numbers = queue_numbers(everyone)
    return Door(
        arrived=sum(one.checked_in_at is not None for one in confirmed),
        expected=len(confirmed),
        people=seated[:SHOWN],
        more=max(len(seated) - SHOWN, 0),
        seatless=[(one, state_of(one, numbers)) for one in found if one not in seated][:20] if wanted else [],
        q=q,
    )
