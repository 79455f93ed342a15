"""Calendar files (RFC 5545). Mails make invitations of them: see `meetups/core/texts/calendar_invitation.py`."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from email.utils import parseaddr
from functools import lru_cache

import icalendar
from django.conf import settings
from django.utils.translation import gettext as _

from meetups.core.texts.email_layout import sender
from meetups.events.models import Event

# How long before the start a calendar rings.
SOON = timedelta(hours=1)


class _Timezone(icalendar.Timezone):
    """Looks for changes of the clock in smaller steps. With 64 days it jumped over Ramadan, when Morocco's clocks go back for 35."""

    _from_tzinfo_skip_search = [
        step for step in icalendar.Timezone._from_tzinfo_skip_search if step <= timedelta(days=8)
    ]


@lru_cache(maxsize=256)
def _time_zone(name: str, first_year: int, last_year: int) -> icalendar.Timezone:
    """The rules of a zone in these years. Finding them takes longer than the rest of a mail, so they are cached.

    Without bounds it would describe every year from 1970 to 2038.
    """
    return _Timezone.from_tzid(name, first_date=date(first_year, 1, 1), last_date=date(last_year, 12, 31))


@dataclass(frozen=True)
class CalendarEntry:
    """One entry in a calendar.

    `uid` never changes. Calendars move an entry only for a higher `sequence`. Instants are aware, and shown in `zone`.
    `organizer` is the name of the community; what is said to it goes to the address of the site. `description` is plain text. `reminds` is how long before the start a calendar rings; without it, its owner's setting holds.
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
    organizer: str
    description: str = ""
    reminds: timedelta | None = None

    def component(self) -> icalendar.Event:
        """The entry as an iCalendar component."""
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
        name, address = parseaddr(sender(self.organizer))
        organizer = icalendar.vCalAddress(f"mailto:{address}")
        organizer.params["cn"] = icalendar.vText(name or settings.SITE_NAME)
        event.add("organizer", organizer)
        if self.reminds and self.status != "CANCELLED":
            alarm = icalendar.Alarm()
            alarm.add("action", "DISPLAY")
            alarm.add("description", self.title)
            alarm.add("trigger", -self.reminds)
            event.add_component(alarm)
        return event


def entry_of(
    event: Event,
    *,
    stamp: datetime,
    url: str,
    description: str = "",
    withdrawn: bool = False,
    has_seat: bool = False,
) -> CalendarEntry:
    """The event itself. With `withdrawn` it is marked as cancelled, for a person who no longer comes.

    With `has_seat` it carries the way in, the link to join, and a reminder an hour before.
    """
    joins = event.join_url if has_seat and event.has_stream and not event.is_cancelled and not withdrawn else ""
    steps = event.venue.steps if has_seat and not event.is_cancelled and not withdrawn else []
    return CalendarEntry(
        uid=f"{event.public_id}@{_host()}",
        stamp=stamp,
        title=title_of(event, event.words.title),
        status=_status(event, withdrawn),
        url=url,
        place=event.venue.line or joins,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        zone=event.zone,
        sequence=event.sequence,
        organizer=event.community.name,
        description="\n\n".join(filter(None, ("\n".join(steps), joins, description, url))),
        reminds=SOON if has_seat else None,
    )


def title_of(event: Event, title: str) -> str:
    """The title of an entry. Calendars that don't show a state show at least that the event was canceled."""
    return _("Canceled: %(event)s") % {"event": title} if event.is_cancelled else title


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
    """A part of the event (a shift, a rehearsal, a talk). `part` becomes part of its UID, such as `shift-12`."""
    return CalendarEntry(
        uid=f"{event.public_id}-{part}@{_host()}",
        stamp=stamp,
        title=title_of(event, summary),
        status=_status(event, withdrawn),
        url=url,
        place=place,
        starts_at=starts_at,
        ends_at=ends_at,
        zone=event.zone,
        sequence=event.sequence,
        organizer=event.community.name,
        description=url,
        reminds=SOON,
    )


def calendar_file(entries: Sequence[CalendarEntry], *, name: str = "") -> bytes:
    """A calendar with all entries. If it has a `name`, programs that follow its address read it again every hour."""
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


def event_calendar(
    event: Event, *, stamp: datetime, url: str, description: str = "", withdrawn: bool = False, has_seat: bool = False
) -> bytes:
    """The event as a calendar file.

    Its UID never changes, and SEQUENCE rises when the event moves. A cancelled event is marked as such. `description` is plain
    text, such as the programme.

    With `withdrawn` the file takes the entry out of the calendar of a person who no longer comes. With `has_seat` it carries the
    link to join.
    """
    entry = entry_of(event, stamp=stamp, url=url, description=description, withdrawn=withdrawn, has_seat=has_seat)
    return _event_file(entry if entry.reminds else replace(entry, reminds=SOON))


@lru_cache(maxsize=64)
def _event_file(entry: CalendarEntry) -> bytes:
    """The calendar file with this one entry. It is cached: many people who hear of an event at once get the same file."""
    return calendar_file([entry])


def _host() -> str:
    return settings.SITE_URL.partition("//")[2]


def _status(event: Event, withdrawn: bool) -> str:
    return "CANCELLED" if event.is_cancelled or withdrawn else "CONFIRMED"
