"""The open items of every talk, and the speakers whom organizers have seen."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from meetups.communities.permissions import Permission
from meetups.core.errors import DomainError
from meetups.events.models import Event
from meetups.lifecycle.actions.tick_presence import tick_presence
from meetups.lifecycle.rehearsal_people import rehearsal_people
from meetups.speakers.models import Presence, Rehearsal
from meetups.speakers.readiness import cards
from meetups.speakers.rehearsal_rules import can_be_seen
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.frame import event_page
from organizers.talks.connections import connections_list

TICKED = {Presence.Occasion.REHEARSAL, Presence.Occasion.CONNECTION}
# The pages that have these ticks.
PAGES = {"readiness": "desk_readiness", "rehearsal": "desk_rehearsal", "connections": "desk_connections"}


@require_safe
@for_event(Permission.DECIDE_TALKS)
def readiness(request: DeskRequest, event: Event) -> HttpResponse:
    """The board: for every talk that will be held, what is ready and what is open, and which speakers are missing."""
    coming = event.talks.coming().with_speakers().select_related("speaker", "readiness").order_by("position", "pk")
    rehearsal = Rehearsal.objects.filter(event=event).first()
    board = cards(event, coming, has_rehearsal=rehearsal is not None)
    context = event_page(
        request,
        event,
        current="desk_readiness",
        board=board,
        tickable=can_be_seen(event, rehearsal, at=request.at),
        rehearsal=rehearsal,
        ready=sum(not card.open_points for card in board),
    )
    return render(request, "desk/talks/readiness.html", context)


@require_POST
@for_event(Permission.DECIDE_TALKS)
def presence(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    """Records that a person was seen at `occasion` (rehearsal or connection) if `seen` is 1; removes that if it is 0.

    Then shows the `page` that has the tick.
    """
    person = next((one.person for one in rehearsal_people([event]) if one.person.pk == pk), None)
    if person is None:
        raise Http404
    occasion, seen = request.POST.get("occasion", ""), request.POST.get("seen", "")
    if occasion not in TICKED or seen not in ("0", "1"):
        return HttpResponseBadRequest()
    refused = ""
    try:
        tick_presence(
            event=event,
            person=person,
            occasion=Presence.Occasion(occasion),
            seen=seen == "1",
            at=request.at,
            by=request.user,
        )
    except DomainError as refusal:
        refused = str(refusal)
    page = request.POST.get("page", "readiness")
    if request.htmx and page == "connections":
        return connections_list(request, event, refused=refused)
    if refused:
        messages.error(request, refused)
    return redirect(PAGES.get(page, "desk_readiness"), event.public_id)
