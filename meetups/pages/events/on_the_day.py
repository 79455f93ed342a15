"""The day of an event, as the page of a person with a seat begins then: the one thing to do."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from meetups.core import dates
from meetups.events.models import Event
from meetups.pages.sheets.my_part import ARRIVE, MyPart
from meetups.speakers.programme.items import ProgrammeItem

JOIN = timedelta(minutes=60)


@dataclass(frozen=True)
class OnTheDay:
    """What there is to do at `at`: show the screen at the door, join the stream, or both."""

    event: Event
    my: MyPart
    at: datetime
    arrives: bool
    joins: bool

    @classmethod
    def of(cls, event: Event, my: MyPart | None, *, at: datetime) -> Self | None:
        """For a person with a seat, on site from three hours before the start, online from one, until the end. None otherwise."""
        if my is None or not my.is_confirmed or not event.is_open(at):
            return None
        arrives = event.has_place and event.starts_at - ARRIVE <= at
        joins = event.has_stream and bool(event.join_url) and event.starts_at - JOIN <= at
        return cls(event, my, at, arrives, joins) if arrives or joins else None

    @property
    def label(self) -> str:
        zone, language = self.event.time_zone, get_language() or "en"
        if self.event.starts_at <= self.at:
            return _("Now, until %(time)s") % {"time": dates.clock(self.event.ends_at, zone, language)}
        starts_at, here = self.event.starts_at.astimezone(self.event.zone), self.at.astimezone(self.event.zone)
        if starts_at.date() != here.date():
            return dates.moment(self.event.starts_at, zone, language)
        return _("Today from %(time)s") % {"time": dates.clock(self.event.starts_at, zone, language)}

    @property
    def sentence(self) -> str:
        if self.is_in:
            return _("You’re checked in. Welcome!")
        if self.arrives:
            return _("Show this screen at check-in.")
        if self.event.starts_at <= self.at:
            return _("It has begun. Come in at any time.")
        minutes = max(int((self.event.starts_at - self.at).total_seconds() + 59) // 60, 1)
        return ngettext("Starts in %(count)d minute.", "Starts in %(count)d minutes.", minutes) % {"count": minutes}

    @property
    def is_in(self) -> bool:
        return self.my.registration is not None and self.my.registration.checked_in_at is not None

    @property
    def code(self) -> str:
        """The letters for the door; empty once they have served."""
        registration = self.my.registration
        return (registration.code or "") if registration and self.arrives and not self.is_in else ""

    @property
    def connection_url(self) -> str:
        """The connection check, for a speaker at an event with a stream."""
        return reverse("connection", args=[self.event.public_id]) if self.joins and self.my.part.speaks else ""

    def items(self, programme: Iterable[ProgrammeItem]) -> list[dict[str, Any]]:
        """The program; the item that is on at `at` is marked."""
        zone, language = self.event.time_zone, get_language() or "en"
        return [
            {
                "when": dates.clock(item.starts_at, zone, language),
                "title": item.line.title,
                "who": item.talk.speaker_names if item.talk else "",
                "pause": item.pause is not None,
                "is_on": item.starts_at <= self.at < item.ends_at,
            }
            for item in programme
        ]
