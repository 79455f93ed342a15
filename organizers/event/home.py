"""The start page of the dashboard: the most pressing thing, each event with whose turn it is, past events with open work, communities."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from meetups.communities.models import Community, Membership
from meetups.communities.permissions import GRANTS, Permission, Role, roles_with
from meetups.events.models import Event
from meetups.registrations.lottery.weights import WINDOW
from meetups.volunteers.models import Shift
from organizers.desk.access import DeskRequest, open_to_all
from organizers.desk.frame import countdown, event_when
from organizers.event.dashboard_facts import overviews
from organizers.event.next_step import standing
from organizers.event.turns.how_it_stands import Fact, how_it_stands
from organizers.event.turns.standing import NextThing, Turns

# More than these are on the pages of their communities.
AHEAD, BEHIND = 20, 20
# A deadline so near comes before everything that has none.
SOON = timedelta(days=3)


@dataclass(frozen=True)
class HomeCommunity:
    """A community of the reader. `plans` says whether they may plan its events; if not, only check-in is open to them."""

    community: Community
    role: str
    plans: bool


@dataclass(frozen=True)
class Lane:
    """An event with how it stands, what is the reader's turn, and what it waits for."""

    event: Event
    when: str
    countdown: str
    facts: list[Fact]
    stands: Turns


def _torn_down(at: datetime) -> Exists:
    """Whether a shift of the event is not over: its volunteers still need the dashboard."""
    return Exists(Shift.objects.open().filter(event=OuterRef("pk"), ends_at__gt=at))


@require_safe
@open_to_all
def desk(request: DeskRequest) -> HttpResponse:
    """As many queries for ten events as for one."""
    at = timezone.now()
    memberships = Membership.objects.filter(person=request.user).select_related("community").order_by("community__name")
    communities = [
        HomeCommunity(one.community, one.get_role_display(), Permission.PLAN_EVENTS in GRANTS[Role(one.role)])
        for one in memberships
    ]
    ahead, behind = _events(request, at)
    lanes = _lanes([*ahead, *behind], at)
    coming, past = lanes[: len(ahead)], [lane for lane in lanes[len(ahead) :] if lane.stands.mine]
    context = {
        "communities": communities,
        "coming": coming,
        "past": past,
        "doors": _doors(request, at) if any(not one.plans for one in communities) else [],
        "first": next((one.community for one in communities if one.plans), None),
        "most": _most_pressing(coming, past, at),
        "count": sum(len(lane.stands.mine) for lane in lanes),
        "open_work": sum(len(lane.stands.mine) for lane in past),
        "today": at,
        "zone": communities[0].community.time_zone if communities else "UTC",
    }
    return render(request, "desk/event/home.html", context)


def _events(request: DeskRequest, at: datetime) -> tuple[list[Event], list[Event]]:
    """The events ahead, soonest first, and those of the last 180 days, latest first."""
    mine = Event.objects.manageable_by(request.user, Permission.PLAN_EVENTS).select_related("community")
    is_ahead = Q(ends_at__gt=at) | _torn_down(at)
    behind = mine.published().filter(ends_at__gt=at - WINDOW, ends_at__lte=at).exclude(_torn_down(at))
    return list(mine.filter(is_ahead).order_by("starts_at", "pk")[:AHEAD]), list(
        behind.order_by("-starts_at", "-pk")[:BEHIND]
    )


def _doors(request: DeskRequest, at: datetime) -> list[Event]:
    """The events at which the reader may only check people in."""
    roles = [role for role in roles_with(Permission.CHECK_IN) if role not in roles_with(Permission.PLAN_EVENTS)]
    mine = Membership.objects.filter(person=request.user, role__in=roles).values("community")
    found = Event.objects.published().filter(Q(ends_at__gt=at) | _torn_down(at), community__in=mine)
    return list(found.order_by("starts_at", "pk")[:AHEAD])


def _lanes(events: list[Event], at: datetime) -> list[Lane]:
    return [
        Lane(
            view.event,
            event_when(view.event),
            countdown(view.event, at),
            how_it_stands(view, at),
            standing(view, at),
        )
        for view in overviews(events)
    ]


def _urgency(lane: Lane, thing: NextThing, at: datetime) -> tuple[int, datetime]:
    """What is late comes first, then what is due soon, the nearest deadline first; then the next thing of the nearest event."""
    if thing.due and (thing.late or thing.due - at < SOON):
        return (0 if thing.late else 1), thing.due
    return 2, lane.event.starts_at


def _most_pressing(coming: list[Lane], past: list[Lane], at: datetime) -> tuple[Lane, NextThing] | None:
    """The first by urgency. Past events come last."""
    found = [
        ((is_past, *_urgency(lane, thing, at), order), lane, thing)
        for is_past, lanes in ((False, coming), (True, past))
        for lane in lanes
        for order, thing in enumerate(lane.stands.mine)
    ]
    if not found:
        return None
    _key, lane, thing = min(found, key=lambda one: one[0])
    return lane, thing
