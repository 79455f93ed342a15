"""Venues that a community has used, and the buttons of the page for a new event that fill something in."""

from dataclasses import dataclass

from django.http import QueryDict

from meetups.communities.models import Community
from meetups.events.models import Event

MOST = 4
LOOKED_AT = 40
FILLED = (
    *("venue_name", "venue_address", "prefecture", "venue_directions", "venue_capacity", "venue_conduct"),
    *("other_venue_name", "other_venue_address", "other_venue_directions", "other_venue_conduct", "hashtag"),
)


@dataclass(frozen=True)
class UsedVenue:
    """A venue as its latest event had it. `key` names that event."""

    key: str
    name: str
    capacity: int | None
    hashtag: str
    values: dict[str, object]


def used_venues(community: Community) -> list[UsedVenue]:
    """The latest first, each once. One query."""
    events = Event.objects.filter(community=community).exclude(venue_name="").exclude(format=Event.Format.ONLINE)
    found: dict[str, UsedVenue] = {}
    for event in events.only("public_id", *FILLED).order_by("-starts_at", "-pk")[:LOOKED_AT]:
        values = {name: getattr(event, name) for name in FILLED}
        venue = UsedVenue(event.public_id, event.venue_name, event.venue_capacity, event.hashtag, values)
        found.setdefault(event.venue_name.casefold(), venue)
    return list(found.values())[:MOST]


def filled_in(typed: QueryDict, venues: list[UsedVenue]) -> QueryDict:
    """What was typed, with what the pressed button fills in: `venue-KEY`, or `fit-SEATS` for the general slot."""
    kind, _dash, what = typed.get("intent", "").partition("-")
    data = typed.copy()
    if kind == "fit":
        data["capacity"] = what
    for venue in venues:
        if kind == "venue" and what == venue.key:
            for name, value in venue.values.items():
                data[name] = "" if value is None else str(value)
    return data
