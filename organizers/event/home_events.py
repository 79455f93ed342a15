"""The events on the start page of the dashboard."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from meetups.communities.models import Membership
from meetups.communities.permissions import Permission, Role, roles_with
from meetups.events.event_roles import EventRole
from meetups.events.models import Event, EventQuerySet
from meetups.registrations.lottery.weights import WINDOW
from meetups.volunteers.models import Shift

# More than these are on the pages of their communities.
AHEAD, BEHIND = 20, 20


@dataclass(frozen=True)
class Roles:
    """The reader's roles: in communities and at single events, by their keys.

    They are read first and asked for by number. With subqueries, PostgreSQL reads all events of ten years.
    """

    in_communities: dict[int, Role]
    at_events: list[tuple[int, Role]]

    def granting(self, permission: Permission) -> Q:
        """The events at which a role grants it."""
        roles: Collection[Role] = roles_with(permission)
        communities = [key for key, role in self.in_communities.items() if role in roles]
        return Q(community__in=communities) | Q(pk__in=[key for key, role in self.at_events if role in roles])

    def grant(self, permission: Permission, event: Event) -> bool:
        """Whether one of them grants it at the event."""
        here = [role for key, role in self.at_events if key == event.pk]
        return any(role in roles_with(permission) for role in (self.in_communities.get(event.community_id), *here))


def roles_of(memberships: list[Membership], person: int, at: datetime) -> Roles:
    """One query: the memberships are read already."""
    here = EventRole.objects.current(at).filter(person=person).values_list("event", "role")
    return Roles({one.community_id: Role(one.role) for one in memberships}, [(key, Role(role)) for key, role in here])


def events_ahead(roles: Roles, at: datetime) -> tuple[list[Event], list[Event]]:
    """The events that the reader plans, and those at which they may only check people in, the soonest first. One query."""
    ahead = _with_community().filter(pk__in=_not_over(at)).order_by("starts_at", "pk")
    planned = roles.granting(Permission.PLAN_EVENTS)
    at_the_door = ahead.published().filter(roles.granting(Permission.CHECK_IN)).exclude(planned)
    found = list(ahead.filter(planned)[:AHEAD].union(at_the_door[:AHEAD], all=True))
    found.sort(key=lambda event: (event.starts_at, event.pk))
    plans = {event.pk: roles.grant(Permission.PLAN_EVENTS, event) for event in found}
    return [event for event in found if plans[event.pk]], [event for event in found if not plans[event.pk]]


def events_behind(roles: Roles, at: datetime) -> list[Event]:
    """The planned events of the last 180 days, latest first. One query."""
    planned = _with_community().published().filter(roles.granting(Permission.PLAN_EVENTS), ends_at__gt=at - WINDOW)
    return list(planned.exclude(pk__in=_not_over(at)).order_by("-starts_at", "-pk")[:BEHIND])


def _with_community() -> EventQuerySet:
    events: EventQuerySet = Event.objects.select_related("community")
    return events


def _not_over(at: datetime) -> QuerySet[Event, Any]:
    """The keys of the events that are not over, or that have a shift which is not: its volunteers still need the dashboard."""
    torn_down = Shift.objects.open().filter(ends_at__gt=at).order_by().values("event")
    return Event.objects.filter(ends_at__gt=at).values("pk").union(torn_down)
