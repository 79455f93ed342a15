"""Mails and calendar entries about a talk's time."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from meetups.core import dates
from meetups.core.links import link
from meetups.core.versions import version
from meetups.events.calendar import CalendarEntry, calendar_file, part_entry
from meetups.events.facts import Facts, event_facts, event_page
from meetups.events.models import Event
from meetups.history.models import HistoryEntry
from meetups.notifications.email_registry import Content, Kind, declare
from meetups.notifications.models import Notification
from meetups.speakers.models import Talk
from meetups.speakers.programme.items import ProgrammeItem, has_moved, last_place, places
from meetups.speakers.programme.timetable import timetable


def talk_times(event: Event, talks: Iterable[Talk]) -> Facts:
    """The time and title of each talk; only the title if it is not on the programme. Three queries, none without talks."""
    talks = list(talks)
    if not talks:
        return []
    on_programme = {item.talk.pk: item for item in timetable(event) if item.talk}
    return [
        (_("Talk"), f"{_time(event, on_programme[talk.pk])} {talk.title}" if talk.pk in on_programme else talk.title)
        for talk in talks
    ]


def _time(event: Event, item: ProgrammeItem) -> str:
    times = dates.time_range(item.starts_at, item.ends_at, event.time_zone, get_language() or "en")
    return f"{times} {dates.zone_label(item.starts_at, event.time_zone)}"


def talk_entry(
    item: ProgrammeItem, talk: Talk, event: Event, stamp: datetime, *, withdrawn: bool = False
) -> CalendarEntry:
    """The calendar entry of a talk for its speakers, in the active language. `withdrawn` removes it from the calendar."""
    return part_entry(
        event,
        part=f"talk-{talk.pk}",
        summary=_("My talk: %(title)s") % {"title": talk.title},
        starts_at=item.starts_at,
        ends_at=item.ends_at,
        stamp=stamp,
        url=link("event", event.public_id),
        place=event.venue.name if event.has_place else "" if withdrawn else event.join_url,
        withdrawn=withdrawn,
    )


def talk_calendars(talks: Iterable[Talk], event: Event, at: datetime) -> list[bytes]:
    """A calendar file for each of the talks that is on the programme. Three queries, none without talks."""
    mine = {talk.pk: talk for talk in talks}
    if not mine:
        return []
    return [
        calendar_file([talk_entry(item, item.talk, event, at)])
        for item in timetable(event)
        if item.talk and item.talk.pk in mine
    ]


def out_of_calendars(talks: Iterable[Talk], event: Event, at: datetime) -> list[bytes]:
    """A calendar file for each of the talks that was ever on the programme, which takes its entry out of a calendar.

    Three queries where one of them stands there still, none otherwise.
    """
    talks = list(talks)
    stand = timetable(event) if any(talk.state == Talk.State.CONFIRMED for talk in talks) else []
    places_now = {item.talk.pk: item for item in stand if item.talk}
    found = [(talk, places_now.get(talk.pk) or last_place(talk, event)) for talk in talks]
    return [calendar_file([talk_entry(item, talk, event, at, withdrawn=True)]) for talk, item in found if item]


class SpeakersKind(Kind[Talk]):
    """A message about the calendar entry of a talk, to one of its speakers."""

    rank = 18

    def rows(self) -> QuerySet[Talk]:
        return Talk.objects.with_speakers().select_related("event__community", "speaker")

    def stands_for(self, about: Talk, notification: Notification, at: datetime) -> bool:
        """Whether the reader still gives this talk at an event that is ahead."""
        event = about.event
        is_ahead = event.is_published and at < event.starts_at
        return about.state == Talk.State.CONFIRMED and is_ahead and notification.recipient in about.speakers


@declare
class TalkMoved(SpeakersKind):
    """To a speaker whose talk has another time than they know.

    It says what holds when the mail leaves. If the talk was moved back by then, the mail is not sent (RULES 91).
    """

    name = "talk_moved"

    def still_holds(self, about: Talk, notification: Notification, at: datetime) -> bool:
        if not self.stands_for(about, notification, at):
            return False
        event = about.event
        now = places(event, timetable(event)).get(about.subject)
        before = _before(notification)
        return now is not None and before is not None and has_moved(before, now)

    def compose(self, about: Talk, notification: Notification, at: datetime) -> Content:
        event = about.event
        item = next(item for item in timetable(event) if item.talk == about)
        names = {
            "talk": about.title,
            "event": event.words.title,
            "time": dates.clock(item.starts_at, event.time_zone, get_language() or "en"),
        }
        return Content(
            title=_("Your talk now starts at %(time)s: %(event)s") % names,
            lead=_("The program of “%(event)s” has changed: your talk “%(talk)s” now starts at %(time)s.") % names,
            facts=[
                (_("Talk"), about.title),
                (_("Your time"), _time(event, item)),
                (_("Length"), _("%(minutes)s minutes") % {"minutes": about.minutes}),
                *event_facts(event),
            ],
            action=(_("See the program"), link("event", event.public_id)),
            calendars=[calendar_file([talk_entry(item, about, event, at)])],
            small_print=[
                _("If this doesn’t work for you, please tell the organizers."),
                _("Open the attachment to add or update your talk in your calendar."),
            ],
        )


@declare
class TalkRenamed(SpeakersKind):
    """To the speakers of a talk that has another title than their calendars know. Not sent if it has its old title back by then."""

    name = "talk_renamed"

    def still_holds(self, about: Talk, notification: Notification, at: datetime) -> bool:
        stands = self.stands_for(about, notification, at)
        return stands and _details(notification).get("retitled") != version(about.title)

    def compose(self, about: Talk, notification: Notification, at: datetime) -> Content:
        event = about.event
        names = {"talk": about.title, "event": event.words.title}
        return Content(
            title=_("Your talk has a new title: %(event)s") % names,
            lead=_("In the program of “%(event)s” your talk is now called “%(talk)s”.") % names,
            facts=[*talk_times(event, [about]), *event_facts(event)],
            action=(_("See the program"), link("event", event.public_id)),
            calendars=talk_calendars([about], event, at),
            small_print=[_("Open the attachment to add or update your talk in your calendar.")],
        )


@declare
class TalkOffProgramme(SpeakersKind):
    """To a speaker who has left the event, and with it the talk. It takes the talk out of their calendar."""

    name = "talk_off_programme"
    # After the mail that says why: they left, or were removed.
    rank = 60

    def still_holds(self, about: Talk, notification: Notification, at: datetime) -> bool:
        return about.state != Talk.State.CONFIRMED or notification.recipient not in about.speakers

    def compose(self, about: Talk, notification: Notification, at: datetime) -> Content:
        event = about.event
        names = {"talk": about.title, "event": event.words.title}
        return Content(
            title=_("You’re no longer on the program: %(event)s") % names,
            lead=_("You no longer speak at “%(event)s”. Your talk was “%(talk)s”.") % names,
            facts=event_facts(event),
            action=event_page(event),
            calendars=out_of_calendars([about], event, at),
        )


def _details(notification: Notification) -> dict[str, Any]:
    """The details of the first of the changes."""
    return HistoryEntry.objects.filter(pk=notification.cause).values_list("details", flat=True).first() or {}


def _before(notification: Notification) -> tuple[int, int] | None:
    """The place of the talk before the first of the changes: minutes after the start of the event, and length in minutes."""
    found = _details(notification).get("moved", {}).get(notification.subject)
    return tuple(found) if found else None
