"""To come."""

from django.http import HttpResponse

from meetups.communities.permissions import Permission
from meetups.events.models import Event
from organizers.access import DeskRequest, for_event


@for_event(Permission.PLAN_EVENTS)
def talks(request: DeskRequest, event: Event) -> HttpResponse:
    return HttpResponse("")


@for_event(Permission.PLAN_EVENTS)
def decision(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    return HttpResponse("")


@for_event(Permission.PLAN_EVENTS)
def place(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    return HttpResponse("")
