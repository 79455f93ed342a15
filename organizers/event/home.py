"""The start page of the dashboard: the most pressing thing, each event with whose turn it is, past events with open work, communities."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from meetups.communities.models import Community, Membership
from meetups.communities.permissions import Permission, Role
from meetups.events.models import Event, UnfinishedEvent
from organizers.desk.access import DeskRequest, open_to_all
from organizers.desk.frame import countdown, event_when
from organizers.event.dashboard_facts import overviews
from organizers.event.home_events import Roles, events_ahead, events_behind, roles_of
from organizers.event.next_step import standing
from organizers.event.turns.how_it_stands import Fact, how_it_stands
from organizers.event.turns.standing import NextThing, Turns

# So many events that someone began to type.
MOST = 20
# A deadline so near comes before everything that has none.
SOON = timedelta(days=3)


@dataclass(frozen=True)
class HomeCommunity:
    """A community of the reader. `plans` says whether they may plan its events, `page` is what of it is open to them.

    `note` is what it asks of the reader about its owners, with an address: no successor, or that they are it (RULES 247).
    """

    community: Community
    role: str
    plans: bool
    page: str
    note: tuple[str, str, bool] | None


@dataclass(frozen=True)
class Lane:
    """An event with how it stands, what is the reader's turn, and what it waits for."""

    event: Event
    when: str
    countdown: str
    facts: list[Fact]
    stands: Turns


@require_safe
@open_to_all
def desk(request: DeskRequest) -> HttpResponse:
    """As many queries for ten events as for one."""
    mine = Membership.objects.filter(person=request.user).select_related("community").with_owners(request.at)
    memberships = list(mine.order_by("community__name"))
    communities = [
        HomeCommunity(
            one.community, one.get_role_display(), one.grants(Permission.PLAN_EVENTS), _page_of(one), _note(one)
        )
        for one in memberships
    ]
    roles = roles_of(memberships, request.user.pk, request.at)
    (ahead, doors), behind = events_ahead(roles, request.at), events_behind(roles, request.at)
    lanes = _lanes([*ahead, *behind], request.user.pk, request.at)
    coming, past = lanes[: len(ahead)], [lane for lane in lanes[len(ahead) :] if lane.stands.mine]
    context = {
        "communities": communities,
        "coming": coming,
        "past": past,
        "doors": [(event, _first_page(event, roles)) for event in doors],
        "unfinished": _unfinished(communities),
        "first": next((one.community for one in communities if one.plans), None),
        "most": _most_pressing(coming, past, request.at),
        "count": sum(len(lane.stands.mine) for lane in lanes),
        "open_work": sum(len(lane.stands.mine) for lane in past),
        "today": request.at,
        "zone": communities[0].community.time_zone if communities else "UTC",
    }
    return render(request, "desk/event/home.html", context)


def _unfinished(communities: list[HomeCommunity]) -> list[UnfinishedEvent]:
    """Events that someone began to type. One query."""
    planned = [one.community for one in communities if one.plans]
    found = UnfinishedEvent.objects.filter(community__in=planned)
    return list(found.select_related("community", "saved_by")[:MOST])


# Where those who plan no events begin, at an event and in its community.
EVENT_PAGES = {Role.PROGRAMME: "desk_talks", Role.VOLUNTEERS: "desk_shifts"}


def _first_page(event: Event, roles: Roles) -> str:
    role = roles.in_communities.get(event.community_id)
    return reverse(EVENT_PAGES.get(role, "desk_check_in") if role else "desk_check_in", args=[event.public_id])


def _page_of(one: Membership) -> str:
    name = "desk_community" if one.grants(Permission.PLAN_EVENTS) else "desk_rights"
    return reverse("desk_proposals" if one.role == Role.PROGRAMME else name, args=[one.community.slug])


def _note(one: Membership) -> tuple[str, str, bool] | None:
    """Words, address, and whether the community waits for it."""
    if one.role == Role.OWNER and one.owners == 1 and not one.has_successor:
        return _("You’re the only owner. Name a successor"), reverse("desk_members", args=[one.community.slug]), True
    if one.role == Role.OWNER or not one.successor_since:
        return None
    words = _("You’re the successor") if one.owner_is_here else _("No owner has been here for 60 days")
    return words, reverse("desk_rights", args=[one.community.slug]), not one.owner_is_here


def _lanes(events: list[Event], reader: int, at: datetime) -> list[Lane]:
    return [
        Lane(
            view.event,
            event_when(view.event),
            countdown(view.event, at),
            how_it_stands(view, at),
            standing(view, at),
        )
        for view in overviews(events, reader)
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
