"""To come."""

from django.http import HttpResponse

from meetups.communities.permissions import Permission
from meetups.events.models import Event
from organizers.access import DeskRequest, for_event


@for_event(Permission.PLAN_EVENTS)
def shifts(request: DeskRequest, event: Event) -> HttpResponse:
    return HttpResponse("")
