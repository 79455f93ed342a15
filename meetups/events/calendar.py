"""Calendar files (RFC 5545)."""

from datetime import date, datetime, tzinfo
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


def _timed(entry: icalendar.Event, *, starts_at: datetime, ends_at: datetime, zone: tzinfo, sequence: int) -> bytes:
    entry.add("dtstart", starts_at.astimezone(zone))
    entry.add("dtend", ends_at.astimezone(zone))
    entry.add("sequence", sequence)
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Meetups//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(entry)
    for name in calendar.get_missing_tzids():
        calendar.subcomponents.insert(0, _time_zone(name, starts_at.year - 1, ends_at.year + 1))
    file: bytes = calendar.to_ical()
    return file


def event_calendar(event: Event, *, stamp: datetime, url: str, withdrawn: bool = False) -> bytes:
    """The event as a calendar file. Its UID never changes; SEQUENCE rises when it moves; a cancelled event says so.

    With `withdrawn` the file takes the entry out of the calendar of somebody who does not come any more.
    """
    return _event_file(
        uid=f"{event.public_id}@{settings.SITE_URL.partition('//')[2]}",
        stamp=stamp,
        title=event.title,
        status="CANCELLED" if event.is_cancelled or withdrawn else "CONFIRMED",
        url=url,
        place=" ".join(part for part in (event.venue_name, event.venue_address) if part) if event.has_place else "",
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        zone=event.zone,
        sequence=event.sequence,
    )


@lru_cache(maxsize=64)
def _event_file(
    *,
    uid: str,
    stamp: datetime,
    title: str,
    status: str,
    url: str,
    place: str,
    starts_at: datetime,
    ends_at: datetime,
    zone: tzinfo,
    sequence: int,
) -> bytes:
    """The file from all that it says. It is kept: when many people hear of an event at once, each gets the same."""
    entry = icalendar.Event()
    entry.add("uid", uid)
    entry.add("dtstamp", stamp)
    entry.add("summary", title)
    entry.add("status", status)
    entry.add("url", url)
    if place:
        entry.add("location", place)
    return _timed(entry, starts_at=starts_at, ends_at=ends_at, zone=zone, sequence=sequence)


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
    entry = icalendar.Event()
    entry.add("uid", f"{event.public_id}-{part}@{settings.SITE_URL.partition('//')[2]}")
    entry.add("dtstamp", stamp)
    entry.add("summary", summary)
    entry.add("status", "CANCELLED" if event.is_cancelled or withdrawn else "CONFIRMED")
    entry.add("url", url)
    if place:
        entry.add("location", place)
    return _timed(entry, starts_at=starts_at, ends_at=ends_at, zone=event.zone, sequence=event.sequence)
