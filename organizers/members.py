"""To come."""

from django.http import HttpResponse

from meetups.communities.models import Community
from meetups.communities.permissions import Permission
from organizers.access import DeskRequest, for_community


@for_community(Permission.PLAN_EVENTS)
def members(request: DeskRequest, community: Community) -> HttpResponse:
    return HttpResponse("")


@for_community(Permission.PLAN_EVENTS)
def end(request: DeskRequest, community: Community, pk: int) -> HttpResponse:
    return HttpResponse("")
