"""To come."""

from django.http import HttpResponse

from meetups.communities.models import Community
from meetups.communities.permissions import Permission
from organizers.access import DeskRequest, for_community, open_to_all


@open_to_all
def found(request: DeskRequest) -> HttpResponse:
    return HttpResponse("")


@for_community(Permission.PLAN_EVENTS)
def community(request: DeskRequest, community: Community) -> HttpResponse:
    return HttpResponse("")


@for_community(Permission.PLAN_EVENTS)
def profile(request: DeskRequest, community: Community) -> HttpResponse:
    return HttpResponse("")
