"""Calendar files (RFC 5545)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache

import icalendar
from django.conf import settings

from meetups.events.models import Event


@lru_cache(maxsize=256)
def _time_zone(name: str, first_year: int, last_year: int) -> icalendar.Timezone:
    """The rules of a zone in these years. Finding them takes longer than all the rest of a mail, so they are kept.

    Without bounds every year from 1970 to 2038 would be described.
    """
    return icalendar.Timezone.from_tzid(name, first_date=date(first_year, 1, 1), last_date=date(last_year, 12, 31))


@dataclass(frozen=True)
class CalendarEntry:
    """One thing in a calendar. `uid` never changes; calendars move what they have by a higher `sequence`. Instants are aware, and shown
    in `zone`; `description` is plain text.
    """

    uid: str
    stamp: datetime
    title: str
    status: str
    url: str
    place: str
    starts_at: datetime
    ends_at: datetime
    zone: tzinfo
    sequence: int
    description: str = ""

    def component(self) -> icalendar.Event:
        """As iCalendar writes it."""
        event = icalendar.Event()
        event.add("uid", self.uid)
        event.add("dtstamp", self.stamp)
        event.add("summary", self.title)
        event.add("status", self.status)
        event.add("url", self.url)
        if self.place:
            event.add("location", self.place)
        if self.description:
            event.add("description", self.description)
        event.add("dtstart", self.starts_at.astimezone(self.zone))
        event.add("dtend", self.ends_at.astimezone(self.zone))
        event.add("sequence", self.sequence)
        return event


def entry_of(
    event: Event, *, stamp: datetime, url: str, description: str = "", withdrawn: bool = False
) -> CalendarEntry:
    """The event itself; with `withdrawn` as cancelled, for somebody who does not come any more."""
    return CalendarEntry(
        uid=f"{event.public_id}@{_host()}",
        stamp=stamp,
        title=event.title,
        status=_status(event, withdrawn),
        url=url,
        place=" ".join(part for part in (event.venue_name, event.venue_address) if part) if event.has_place else "",
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        zone=event.zone,
        sequence=event.sequence,
        description=description,
    )


def part_entry(
    event: Event,
    *,
    part: str,
    summary: str,
    starts_at: datetime,
    ends_at: datetime,
    stamp: datetime,
    url: str,
    place: str = "",
    withdrawn: bool = False,
) -> CalendarEntry:
    """A part of the event (a shift, a rehearsal, a talk); `part` makes its UID, such as `shift-12`."""
    return CalendarEntry(
        uid=f"{event.public_id}-{part}@{_host()}",
        stamp=stamp,
        title=summary,
        status=_status(event, withdrawn),
        url=url,
        place=place,
        starts_at=starts_at,
        ends_at=ends_at,
        zone=event.zone,
        sequence=event.sequence,
    )


def calendar_file(entries: Sequence[CalendarEntry], *, name: str = "") -> bytes:
    """A calendar with all of them; one with a `name` is read again every hour by programs that follow its address."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Meetups//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    if name:
        calendar.add("x-wr-calname", name)
        calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", "PT1H")
    for entry in entries:
        calendar.add_component(entry.component())
    if entries:
        first, last = min(entry.starts_at for entry in entries), max(entry.ends_at for entry in entries)
        for zone in calendar.get_missing_tzids():
            calendar.subcomponents.insert(0, _time_zone(zone, first.year - 1, last.year + 1))
    file: bytes = calendar.to_ical()
    return file


def event_calendar(event: Event, *, stamp: datetime, url: str, description: str = "", withdrawn: bool = False) -> bytes:
    """The event as a calendar file. Its UID never changes; SEQUENCE rises when it moves; a cancelled event says so. `description` is
    plain text, such as the programme.

    With `withdrawn` the file takes the entry out of the calendar of somebody who does not come any more.
    """
    return _event_file(entry_of(event, stamp=stamp, url=url, description=description, withdrawn=withdrawn))


@lru_cache(maxsize=64)
def _event_file(entry: CalendarEntry) -> bytes:
    """The file from all that it says. It is kept: when many people hear of an event at once, each gets the same."""
    return calendar_file([entry])


def part_calendar(
    event: Event,
    *,
    part: str,
    summary: str,
    starts_at: datetime,
    ends_at: datetime,
    stamp: datetime,
    url: str,
    place: str = "",
    withdrawn: bool = False,
) -> bytes:
    """A part of the event (a shift, a rehearsal) as a calendar file; `part` makes its UID, such as `shift-12`.

    With `withdrawn` the file takes the entry out of the calendar.
    """
    entry = part_entry(
        event,
        part=part,
        summary=summary,
        starts_at=starts_at,
        ends_at=ends_at,
        stamp=stamp,
        url=url,
        place=place,
        withdrawn=withdrawn,
    )
    return calendar_file([entry])


def _host() -> str:
    return settings.SITE_URL.partition("//")[2]


def _status(event: Event, withdrawn: bool) -> str:
    return "CANCELLED" if event.is_cancelled or withdrawn else "CONFIRMED"
