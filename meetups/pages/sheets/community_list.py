"""Communities in lists: each with the day of its next event that everyone may find."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, F, OuterRef, Subquery

from meetups.accounts.models import User
from meetups.communities.models import Community
from meetups.events.models import Event
from meetups.pages.site.one_second_cache import cached

A_LIST = 8
A_SHELF = 12


def communities_of_site(at: datetime) -> list[Community]:
    """Those whose next event is soonest, each with `next_at` and `next_zone`. One query, at most once a second."""

    def read() -> list[Community]:
        have_events = Community.objects.filter(
            Exists(Event.objects.listed_for(AnonymousUser()).filter(community=OuterRef("pk")))
        )
        return list(_soonest(have_events, at)[:A_LIST])

    return cached(("communities of the site",), read)


def followed_by(person: User, *, at: datetime) -> list[Community]:
    """The communities that the person follows, the soonest first. One query."""
    return list(_soonest(Community.objects.filter(follows__person=person), at))


def _soonest(communities: Any, at: datetime) -> Any:
    ahead = Event.objects.listed_for(AnonymousUser()).published().ahead(at).filter(community=OuterRef("pk"))
    dated = communities.annotate(
        next_at=Subquery(ahead.values("starts_at")[:1]), next_zone=Subquery(ahead.values("time_zone")[:1])
    )
    return dated.order_by(F("next_at").asc(nulls_last=True), "name", "pk")
