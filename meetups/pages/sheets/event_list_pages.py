"""The pages of a list that grows for ever, without counting it: each begins where the one before ended."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.http import HttpRequest

from meetups.events.models import Event, EventQuerySet


@dataclass(frozen=True)
class PastPage:
    """Some past events, latest first. `older` and `newer` are the public ids from which the pages beside it go on; empty at an end."""

    events: list[Event]
    older: str
    newer: str


def page_of_past(past: EventQuerySet, request: HttpRequest, *, size: int) -> PastPage:
    """The page that begins behind `?before=` or ends before `?after=`, each the public id of an event; else the first page.

    `past` is ordered by the latest start. Two queries, any length.
    """
    before, after = (_edge(past, request.GET.get(name, "")) for name in ("before", "after"))
    if after:
        newer = Q(starts_at__gt=after[0]) | Q(starts_at=after[0], pk__gt=after[1])
        found = list(past.filter(newer, starts_at__gte=after[0]).order_by("starts_at", "pk")[: size + 1])
        events = found[:size][::-1]
        # A page that would not be full is the first page.
        if len(events) == size:
            return PastPage(events, events[-1].public_id, events[0].public_id if len(found) > size else "")
    if before:
        older = Q(starts_at__lt=before[0]) | Q(starts_at=before[0], pk__lt=before[1])
        past = past.filter(older, starts_at__lte=before[0])
    found = list(past[: size + 1])
    events = found[:size]
    return PastPage(
        events,
        events[-1].public_id if len(found) > size else "",
        events[0].public_id if before and events else "",
    )


def _edge(past: EventQuerySet, public_id: str) -> tuple[datetime, int] | None:
    """Start and number of the event with this public id; None where there is no such event in the list."""
    if not public_id or "\0" in public_id:
        return None
    return past.filter(public_id=public_id[:12]).order_by().values_list("starts_at", "pk").first()
