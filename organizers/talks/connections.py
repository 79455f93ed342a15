"""The list, before the event, of speakers who are connected."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from meetups.accounts.models import User
from meetups.communities.permissions import Permission
from meetups.events.models import Event
from meetups.speakers.models import Break, Presence, Talk
from meetups.speakers.programme.items import programme
from meetups.speakers.readiness import Seen, seen_at
from meetups.speakers.rehearsal_rules import EARLY
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.frame import event_page, is_near

Occasion = Presence.Occasion


@dataclass(frozen=True)
class ConnectedSpeaker:
    """A speaker: `seen` is the organizer's tick, `said` is the speaker's own statement."""

    person: User
    seen: Presence | None
    said: Presence | None


@dataclass(frozen=True)
class ConnectionLine:
    """A talk that begins at `starts_at` (UTC), with all its speakers."""

    starts_at: datetime
    talk: Talk
    speakers: list[ConnectedSpeaker]


@require_safe
@for_event(Permission.DECIDE_TALKS)
def connections(request: DeskRequest, event: Event) -> HttpResponse:
    """All speakers in the order of the programme, each with a tick. While people arrive, the list reloads itself."""
    if request.htmx:
        return connections_list(request, event)
    context = event_page(request, event, current="desk_connections", **_board(event, request.at))
    return render(request, "desk/talks/connections.html", context)


def connections_list(request: DeskRequest, event: Event, *, refused: str = "") -> HttpResponse:
    """The list alone, to swap in. Four queries in addition to those of the access check, for any number of talks."""
    context = {"event": event, "refused": refused, **_board(event, request.at)}
    return render(request, "desk/talks/connections.html#list", context)


def _board(event: Event, at: datetime) -> dict[str, Any]:
    talks = list(Talk.objects.on_programme().filter(event=event).with_speakers()) if event.has_stream else []
    seen = seen_at(event)
    lines = [
        ConnectionLine(item.starts_at, item.talk, [_speaker(person, seen) for person in item.talk.speakers])
        for item in programme(event, talks, Break.objects.filter(event=event))
        if item.talk
    ]
    people = {one.person.pk: one for line in lines for one in line.speakers}
    return {
        "lines": lines,
        "expected": len(people),
        "connected": sum(one.seen is not None for one in people.values()),
        "opens_at": event.starts_at - EARLY,
        "is_early": event.is_published and at < event.starts_at - EARLY,
        "can_tick": event.is_published and at >= event.starts_at - EARLY,
        "is_live": event.is_published and is_near(event, at) and not event.is_over(at),
    }


def _speaker(person: User, seen: Seen) -> ConnectedSpeaker:
    return ConnectedSpeaker(person, seen.get((person.pk, Occasion.CONNECTION)), seen.get((person.pk, Occasion.HERE)))
