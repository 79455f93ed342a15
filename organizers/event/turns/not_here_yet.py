"""On the event's day: who has a duty within the hour, or one that runs, and isn't checked in."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from meetups.communities.permissions import Permission
from meetups.speakers.models import Talk
from meetups.speakers.programme.items import programme
from organizers.event.dashboard_facts import Overview, volunteers
from organizers.event.turns.standing import address

# So long before a duty its people are looked for.
AHEAD = timedelta(hours=1)


@dataclass(frozen=True)
class Missing:
    """A person who isn't there; `url` is where they can be reached, empty for those who may not see it."""

    name: str
    url: str


@dataclass(frozen=True)
class OpenDuty:
    """A talk or a shift with the people who aren't there for it. It is late once it has begun."""

    title: str
    starts_at: datetime
    is_talk: bool
    late: bool
    url: str
    people: list[Missing]


def not_here_yet(view: Overview, grants: Collection[Permission], *, at: datetime) -> list[OpenDuty]:
    """The soonest duty first; empty where everyone is there. No query: `view` knows who has arrived.

    Only those who can be checked in are looked for: they have a seat. Who is seen in the stream is there, too.
    """
    if not view.event.is_published or not view.event.has_place:
        return []
    sees = Permission.SEE_ATTENDEES in grants
    found = [*_talks(view, at), *_shifts(view, at, leads=Permission.MANAGE_SHIFTS in grants)]
    return [
        replace(duty, people=[one if sees else replace(one, url="") for one in duty.people])
        for duty in sorted(found, key=lambda duty: duty.starts_at)
        if duty.people
    ]


def _talks(view: Overview, at: datetime) -> list[OpenDuty]:
    """The confirmed talks that are near by the program."""
    return [
        OpenDuty(item.talk.title, item.starts_at, True, item.starts_at <= at, "", _missing(view, _speakers(item.talk)))
        for item in programme(view.event, view.talks_in(Talk.State.CONFIRMED), view.pauses)
        if item.talk and item.starts_at - AHEAD <= at < item.ends_at
    ]


def _speakers(talk: Talk) -> list[tuple[str, int | None]]:
    """Name and `away` of each, the first speaker first."""
    others: list[dict[str, Any]] = getattr(talk, "together", [])
    return [(talk.speaker.name, getattr(talk, "away", None)), *((one["name"], one["away"]) for one in others)]


def _shifts(view: Overview, at: datetime, *, leads: bool) -> list[OpenDuty]:
    return [
        OpenDuty(
            shift.title,
            shift.starts_at,
            False,
            shift.starts_at <= at,
            address(view, "desk_shift", shift.pk) if leads else "",
            _missing(view, [(one.volunteer.name, getattr(one, "away", None)) for one in volunteers(shift)]),
        )
        for shift in view.shifts
        if shift.starts_at - AHEAD <= at < shift.ends_at
    ]


def _missing(view: Overview, people: list[tuple[str, int | None]]) -> list[Missing]:
    return [Missing(name, address(view, "desk_person", away)) for name, away in people if away]
