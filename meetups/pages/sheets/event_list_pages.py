"""The pages of a list that grows for ever, without counting it: each begins where the one before ended."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.http import HttpRequest

from meetups.events.models import Event, EventQuerySet


@dataclass(frozen=True)
class EventListPage:
    """Some events. `onward` and `back` are the public ids from which the pages beside it go on; empty at an end."""

    events: list[Event]
    onward: str
    back: str


def page_of_past(past: EventQuerySet, request: HttpRequest, *, size: int, start: str = "starts_at") -> EventListPage:
    """The page that begins behind `?before=` or ends before `?after=`, each the public id of an event; else the first page.

    `past` is ordered by the latest `start`, the name of its column. Two queries, any length.
    """
    return _page(past, request, ("before", "after"), size=size, start=start, soonest_first=False)


def page_of_ahead(ahead: EventQuerySet, request: HttpRequest, *, size: int, start: str = "starts_at") -> EventListPage:
    """The same for a list that is ordered by the soonest start: `?after=` goes on, `?before=` goes back."""
    return _page(ahead, request, ("after", "before"), size=size, start=start, soonest_first=True)


def _page(
    events: EventQuerySet, request: HttpRequest, names: tuple[str, str], *, size: int, start: str, soonest_first: bool
) -> EventListPage:
    onward, back = (_edge(events, request.GET.get(name, ""), start) for name in names)
    if back:
        order = (f"-{start}", "-pk") if soonest_first else (start, "pk")
        found = list(_beyond(events, back, start, later=not soonest_first).order_by(*order)[: size + 1])
        page = found[:size][::-1]
        # A page that would not be full is the first page.
        if len(page) == size:
            return EventListPage(page, page[-1].public_id, page[0].public_id if len(found) > size else "")
    if onward:
        events = _beyond(events, onward, start, later=soonest_first)
    found = list(events[: size + 1])
    page = found[:size]
    return EventListPage(
        page, page[-1].public_id if len(found) > size else "", page[0].public_id if onward and page else ""
    )


def _beyond(events: EventQuerySet, edge: tuple[datetime, int], start: str, *, later: bool) -> EventQuerySet:
    at, pk = edge
    way = "gt" if later else "lt"
    behind = Q(**{f"{start}__{way}": at}) | Q(**{start: at, f"pk__{way}": pk})
    # The second condition says to the index by start where to begin.
    return events.filter(behind, **{f"{start}__{way}e": at})


def _edge(events: EventQuerySet, public_id: str, start: str) -> tuple[datetime, int] | None:
    """Start and number of the event with this public id; None where there is no such event in the list."""
    if not public_id or "\0" in public_id:
        return None
    return events.filter(public_id=public_id[:12]).order_by().values_list(start, "pk").first()
