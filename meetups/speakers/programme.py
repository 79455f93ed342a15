"""The timetable: pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from meetups.events.models import Event
from meetups.speakers.models import Talk


@dataclass(frozen=True)
class ProgrammeItem:
    """One line of the programme, from `starts_at` (UTC) for the talk's minutes."""

    starts_at: datetime
    ends_at: datetime
    talk: Talk


def programme(event: Event, talks: Iterable[Talk]) -> list[ProgrammeItem]:
    """The talks one after the other from the start of the event, each with its times."""
    items = []
    starts_at = event.starts_at
    for talk in talks:
        ends_at = starts_at + timedelta(minutes=talk.minutes)
        items.append(ProgrammeItem(starts_at, ends_at, talk))
        starts_at = ends_at
    return items
