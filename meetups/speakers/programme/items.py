"""The programme of an event as lines with times. Pure: no queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import override, pgettext

from meetups.core import dates
from meetups.events.models import Event
from meetups.speakers.models import Break, Talk

# Speakers are told when the start or the length of their talk changes by this many minutes (RULES 91).
MOVED = 5


@dataclass(frozen=True)
class ProgrammeItem:
    """One line of the programme. It starts at `starts_at` (UTC) and lasts as long as its talk or break."""

    starts_at: datetime
    ends_at: datetime
    line: Talk | Break

    @property
    def talk(self) -> Talk | None:
        return self.line if isinstance(self.line, Talk) else None

    @property
    def pause(self) -> Break | None:
        return self.line if isinstance(self.line, Break) else None


def programme(event: Event, talks: Iterable[Talk], breaks: Iterable[Break] = ()) -> list[ProgrammeItem]:
    """Talks and breaks in order, one after the other from the start of the event, each with its times (RULES 90)."""
    items = []
    starts_at = event.starts_at
    lines: list[Talk | Break] = [*talks, *breaks]
    for line in sorted(lines, key=_place):
        ends_at = starts_at + timedelta(minutes=line.minutes)
        items.append(ProgrammeItem(starts_at, ends_at, line))
        starts_at = ends_at
    return items


def _place(line: Talk | Break) -> tuple[int, bool, int]:
    return line.position, isinstance(line, Break), line.pk


def order_of(items: Iterable[ProgrammeItem]) -> list[str]:
    """The subjects of the lines in order, such as `talk:3`."""
    return [item.line.subject for item in items]


def minutes_left(event: Event, items: list[ProgrammeItem]) -> int:
    """The minutes between the end of the programme and the end of the event. Negative if the programme runs past the event."""
    ends_at = items[-1].ends_at if items else event.starts_at
    return int((event.ends_at - ends_at).total_seconds() // 60)


def in_words(event: Event, items: Iterable[ProgrammeItem]) -> str:
    """One text line for each item, with its time, in the event's own language; for calendars.

    Talks are loaded with their speakers.
    """
    lines = []
    with override(event.language):
        for item in items:
            time = dates.clock(item.starts_at, event.time_zone, event.language)
            who = (
                pgettext("speakers after a title", " (%(names)s)") % {"names": item.talk.speaker_names}
                if item.talk
                else ""
            )
            lines.append(f"{time} {item.line.title}{who}")
    return "\n".join(lines)


def last_place(talk: Talk, event: Event) -> ProgrammeItem | None:
    """Where a talk stood in the programme that it has left. None if it was never there."""
    if talk.left_programme_minute is None:
        return None
    starts_at = event.starts_at + timedelta(minutes=talk.left_programme_minute)
    return ProgrammeItem(starts_at, starts_at + timedelta(minutes=talk.minutes), talk)


type Place = tuple[int, int]


def places(event: Event, items: Iterable[ProgrammeItem]) -> dict[str, Place]:
    """For each talk, by subject: the minute after the start of the event at which it begins, and its length in minutes.

    Minutes count from the start, so moving the whole event moves nothing in its programme.
    """
    return {
        item.line.subject: (int((item.starts_at - event.starts_at).total_seconds() // 60), item.line.minutes)
        for item in items
        if item.talk
    }


def has_moved(before: Place, now: Place) -> bool:
    """Whether the change is large enough to tell a speaker (RULES 91)."""
    return any(abs(then - today) >= MOVED for then, today in zip(before, now, strict=True))
