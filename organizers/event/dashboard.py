"""The dashboard of one event: the next step, the dates, and the current state."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from meetups.communities.permissions import Permission
from meetups.core.links import link
from meetups.events.models import Event
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.frame import event_page
from organizers.event.creating.opening import opening_ahead
from organizers.event.dashboard_facts import overview
from organizers.event.next_step import standing
from organizers.event.occupancy import meters
from organizers.event.timeline import line_of_time
from organizers.event.turns.not_here_yet import not_here_yet
from organizers.history.recent import recent
from organizers.talks.speakers_panel import panel


@require_safe
@for_event(Permission.PLAN_EVENTS)
def dashboard(request: DeskRequest, event: Event) -> HttpResponse:
    """The number of queries does not grow with the number of participants."""
    view = overview(event, request.user.pk)
    slots = meters(view, request.at)
    stands = standing(view, request.at)
    now = stands.next
    not_here = not_here_yet(view, request.grants, at=request.at)
    unknown = not any(state.applied or state.confirmed or state.waiting for state in view.slots)
    shared = event.is_published and not event.is_over(request.at) and (now.share or unknown)
    context = event_page(
        request,
        event,
        current="desk_event",
        view=view,
        next=now,
        mine=[one for one in stands.mine if one is not now],
        waiting=stands.waiting,
        not_here=not_here,
        not_here_people=len({one.name for duty in not_here for one in duty.people}),
        came=view.checked_in if event.is_over(request.at) else 0,
        address=link("event", event.public_id) if shared else "",
        rows=line_of_time(view, request.at),
        meters=slots,
        opening=opening_ahead(event, request.at),
        may_add=not event.is_cancelled and not event.is_over(request.at),
        may_grow=any(meter.can_grow for meter in slots),
        speakers=panel(event, view.talks, has_rehearsal=view.rehearsal is not None, at=request.at),
        happenings=recent(event),
    )
    return render(request, "desk/event/dashboard.html", context)
