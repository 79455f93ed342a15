"""Proposals, and the programme that comes of them."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from meetups.communities.permissions import Permission
from meetups.core.errors import DomainError
from meetups.events.models import Event
from meetups.speakers.actions.accept_talk import accept_talk
from meetups.speakers.actions.move_in_programme import move_in_programme
from meetups.speakers.actions.reject_talk import reject_talk
from meetups.speakers.actions.tick_readiness import TICKS, tick_readiness
from meetups.speakers.models import Rehearsal, Talk
from meetups.speakers.programme import programme
from meetups.speakers.readiness import cards
from organizers.access import DeskRequest, for_event
from organizers.frame import event_page

DECISIONS = {"accept": accept_talk, "reject": reject_talk}
PLACES = {"up": -1, "down": 1}


@require_safe
@for_event(Permission.DECIDE_TALKS)
def talks(request: DeskRequest, event: Event) -> HttpResponse:
    """What waits for a decision, what waits for its speaker, and the programme in its order."""
    all_talks = list(event.talks.select_related("speaker").order_by("position", "pk"))

    def these(state: Talk.State) -> list[Talk]:
        return [talk for talk in all_talks if talk.state == state]

    context = event_page(
        request,
        event,
        current="desk_talks",
        at=timezone.now(),
        any_talk=bool(all_talks),
        proposed=these(Talk.State.PROPOSED),
        accepted=these(Talk.State.ACCEPTED),
        programme=programme(event, these(Talk.State.CONFIRMED)),
        rejected=these(Talk.State.REJECTED),
    )
    return render(request, "desk/talks.html", context)


@require_POST
@for_event(Permission.DECIDE_TALKS)
def decision(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    """`decision` is accept or reject; the speaker is told."""
    talk = get_object_or_404(event.talks.select_related("event", "speaker"), pk=pk)
    act = DECISIONS.get(request.POST.get("decision", ""))
    if act is None:
        return HttpResponseBadRequest()
    try:
        talk = act(talk=talk, at=timezone.now(), by=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        told = {"title": talk.title, "name": talk.speaker.name}
        if talk.state == Talk.State.ACCEPTED:
            messages.success(request, _("“%(title)s” is accepted. %(name)s is asked to confirm.") % told)
        else:
            messages.success(request, _("“%(title)s” is declined. %(name)s is told.") % told)
    return redirect("desk_talks", event.public_id)


@require_POST
@for_event(Permission.DECIDE_TALKS)
def place(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    """Moves a confirmed talk one place `up` or `down`."""
    talk = get_object_or_404(event.talks.on_programme().select_related("event"), pk=pk)
    by_places = PLACES.get(request.POST.get("move", ""))
    if by_places is None:
        return HttpResponseBadRequest()
    try:
        move_in_programme(talk=talk, by_places=by_places, at=timezone.now(), by=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect("desk_talks", event.public_id)


@require_safe
@for_event(Permission.DECIDE_TALKS)
def readiness(request: DeskRequest, event: Event) -> HttpResponse:
    """The board: what is ready and what is open for every talk that is to be held."""
    coming = event.talks.coming().select_related("speaker", "readiness").order_by("position", "pk")
    rehearsal = Rehearsal.objects.filter(event=event).first()
    board = cards(event, coming, has_rehearsal=rehearsal is not None)
    context = event_page(
        request,
        event,
        current="desk_talks",
        at=timezone.now(),
        board=board,
        rehearsal=rehearsal,
        ready=sum(not card.open_points for card in board),
    )
    return render(request, "desk/readiness.html", context)


@require_POST
@for_event(Permission.DECIDE_TALKS)
def tick(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    """Ticks `point` (rehearsal or connection) where `done` is 1, and takes the tick back where it is 0."""
    talk = get_object_or_404(event.talks.select_related("event"), pk=pk)
    point, done = request.POST.get("point", ""), request.POST.get("done", "")
    if point not in TICKS or done not in ("0", "1"):
        return HttpResponseBadRequest()
    try:
        tick_readiness(talk=talk, point=point, done=done == "1", at=timezone.now(), by=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect("desk_readiness", event.public_id)
