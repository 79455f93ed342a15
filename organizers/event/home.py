"""The start page of the desk: the organizer's communities and the next events of each."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from meetups.communities.models import Community, Membership
from meetups.communities.permissions import GRANTS, Permission, Role
from meetups.events.models import Event
from meetups.volunteers.models import Shift
from organizers.desk.access import DeskRequest, open_to_all

SHOWN = 5


@dataclass
class Desk:
    """One community of the reader. `plans` says whether they may plan its events; if not, only check-in is open to them."""

    community: Community
    role: str
    plans: bool
    events: list[Event] = field(default_factory=list)


def _torn_down(at: datetime) -> Exists:
    """Whether a shift of the event is not over: its volunteers still need the desk."""
    return Exists(Shift.objects.open().filter(event=OuterRef("pk"), ends_at__gt=at))


@require_safe
@open_to_all
def desk(request: DeskRequest) -> HttpResponse:
    """The reader's communities with their next events."""
    at = timezone.now()
    memberships = Membership.objects.filter(person=request.user).select_related("community").order_by("community__name")
    desks = {
        one.community.pk: Desk(one.community, one.get_role_display(), Permission.PLAN_EVENTS in GRANTS[Role(one.role)])
        for one in memberships
    }
    events = Event.objects.manageable_by(request.user, Permission.SEE_DESK).filter(Q(ends_at__gt=at) | _torn_down(at))
    for event in events.order_by("starts_at", "pk")[:200]:
        mine = desks[event.community_id]
        if len(mine.events) < SHOWN and (mine.plans or event.is_published):
            mine.events.append(event)
    return render(request, "desk/event/home.html", {"desks": list(desks.values())})
