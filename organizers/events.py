"""To come."""

from django.http import HttpResponse

from meetups.communities.models import Community
from meetups.communities.permissions import Permission
from meetups.events.models import Event
from organizers.access import DeskRequest, for_community, for_event


@for_community(Permission.PLAN_EVENTS)
def create(request: DeskRequest, community: Community) -> HttpResponse:
    return HttpResponse("")


@for_event(Permission.PLAN_EVENTS)
def edit(request: DeskRequest, event: Event) -> HttpResponse:
    return HttpResponse("")


@for_event(Permission.PLAN_EVENTS)
def publication(request: DeskRequest, event: Event) -> HttpResponse:
    return HttpResponse("")


@for_event(Permission.PLAN_EVENTS)
def cancellation(request: DeskRequest, event: Event) -> HttpResponse:
    return HttpResponse("")
