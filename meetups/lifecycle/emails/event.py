"""Mails about the event as a whole, to everyone who has a part in it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from meetups.core import dates
from meetups.core.links import link
from meetups.events.facts import Facts, event_facts, event_page
from meetups.events.models import Event
from meetups.events.venue import PARTS, venue_of
from meetups.history.models import HistoryEntry
from meetups.lifecycle.mail_recipients import parts_for
from meetups.lifecycle.participants import Participant
from meetups.notifications.email_registry import Content, Kind, declare
from meetups.notifications.models import Notification, Topic
from meetups.registrations.emails import calendar_of, draw_facts
from meetups.registrations.models import Registration
from meetups.speakers.emails import rehearsal_calendar, rehearsal_facts, talk_calendars
from meetups.speakers.models import Talk
from meetups.volunteers.emails import shift_calendars, shift_facts

# These mails have not left yet.
UNSENT = {Notification.State.WAITING, Notification.State.SENDING}


@dataclass(frozen=True)
class EventChange:
    """The reader's part, and the old and new values since the reader was last told.

    `news` is None if a later mail says it or if no difference is left.
    """

    event: Event
    part: Participant
    news: dict[str, list[Any]] | None


@declare
class EventChanged(Kind[EventChange]):
    name = "event_changed"
    rank = 3
    undoable = True

    def abouts(self, notifications: Sequence[Notification]) -> dict[int, EventChange | None]:
        readers, news = parts_for(notifications), _news_of(notifications)
        return {pk: EventChange(*reader, news[pk]) if reader else None for pk, reader in readers.items()}

    def still_holds(self, about: EventChange, notification: Notification, at: datetime) -> bool:
        event, part = about.event, about.part
        has_part = bool(part.registration or part.talks or part.signups or part.rehearses or part.helps)
        return event.is_published and not event.is_over(at) and has_part and about.news is not None

    def compose(self, about: EventChange, notification: Notification, at: datetime) -> Content:
        return change_content(about, at)


def change_content(about: EventChange, at: datetime) -> Content:
    """The mail in the active language."""
    event, part = about.event, about.part
    shifts = [signup.shift for signup in part.signups]
    calendars = _calendars(event, part, at)
    state = part.registration.state if part.registration else ""
    # A reader who may not have the new link may not have the old one either, because it often still works.
    with_link = state == Registration.State.CONFIRMED or part.speaks
    was = what_was(about.news or {}, event, with_link=with_link)
    moved = any(label == _("Previous date and time") for label, _value in was)
    return Content(
        title=(_("Date changed: %(event)s") if moved else _("Event details changed: %(event)s"))
        % {"event": event.words.title},
        lead=(
            _("“%(event)s” has changed. You still help with check-in there.")
            if _only_helps(part)
            else _("“%(event)s” has changed. Your registration and shifts are not affected.")
        )
        % {"event": event.words.title},
        facts=[
            *([(_("A word from the organizers"), event.change_note)] if event.change_note else []),
            *event_facts(event, with_link=with_link),
            *was,
            *(draw_facts(part.registration) if part.registration and state == Registration.State.APPLIED else []),
            *(shift_facts(shifts, event) if shifts else []),
            *(rehearsal_facts(event, at) if part.rehearses else []),
        ],
        action=(_("See my registration"), link("registration", event.public_id))
        if part.registration
        else event_page(event),
        links=[(_("Cancel my registration"), link("registration_cancellation", event.public_id))]
        if part.registration
        else [],
        calendars=calendars,
        small_print=[_("Open the attachment to update your calendar.")] if calendars else [],
    )


def _only_helps(part: Participant) -> bool:
    return part.helps and not (part.registration or part.talks or part.signups)


def _news_of(notifications: Sequence[Notification]) -> dict[int, dict[str, list[Any]] | None]:
    """The news in each of these messages, by its primary key. Two queries, however many messages."""
    told: defaultdict[tuple[int | None, str], list[Notification]] = defaultdict(list)
    for one in Notification.objects.filter(
        kind=EventChanged.name,
        thread__in={one.thread for one in notifications},
        recipient__in={one.recipient_id for one in notifications},
    ).order_by("pk"):
        told[one.recipient_id, one.subject].append(one)
    entries = HistoryEntry.objects.in_bulk({int(one.cause) for rows in told.values() for one in rows})
    return {one.pk: _news(one, told[one.recipient_id, one.subject], entries) for one in notifications}


def _news(
    notification: Notification, told: Sequence[Notification], entries: Mapping[int, HistoryEntry]
) -> dict[str, list[Any]] | None:
    """The `news` of an EventChange. `told` are all messages to the reader about changes of this event, the earliest first."""
    causes: list[int] = []
    for one in told:
        if one.pk > notification.pk:
            if one.state in UNSENT:
                return None
            break
        is_told = one.state not in {*UNSENT, Notification.State.VOID}
        causes = [] if is_told and one.pk != notification.pk else [*causes, int(one.cause)]
    news: dict[str, list[Any]] = {}
    for cause in causes:
        changed = entries[cause].details.get("changed", {}) if cause in entries else {}
        for name, (old, new) in changed.items():
            news[name] = [news[name][0] if name in news else old, new]
    left = {name: pair for name, pair in news.items() if pair[0] != pair[1]}
    return left if left or not news else None


@declare
class EventCancelled(Kind[tuple[Event, Participant]]):
    name = "event_cancelled"
    rank = 1
    undoable = True
    urgent = True

    def abouts(self, notifications: Sequence[Notification]) -> dict[int, tuple[Event, Participant] | None]:
        return parts_for(notifications)

    def still_holds(self, about: tuple[Event, Participant], notification: Notification, at: datetime) -> bool:
        event, _part = about
        return event.is_cancelled

    def compose(self, about: tuple[Event, Participant], notification: Notification, at: datetime) -> Content:
        event, part = about
        calendars = [] if _only_helps(part) else _calendars(event, part, at)
        return Content(
            title=_("Canceled: %(event)s") % {"event": event.words.title},
            lead=_("“%(event)s” won’t take place: the organizers canceled it. You don’t need to do anything.")
            % {"event": event.words.title},
            facts=[
                *([(_("Reason"), event.cancel_reason)] if event.cancel_reason else []),
                *event_facts(event),
                (_("Organized by"), event.community.name),
            ],
            action=event_page(event),
            calendars=calendars,
            small_print=[_("Open the attachment to mark the event as canceled in your calendar.")] if calendars else [],
        )


@declare
class SlidesPublished(Kind[tuple[Event, list[Talk]]]):
    """Tells everyone who had a part that an event's slides are available, also people who did not get a seat (RULES 95)."""

    name = "slides_published"
    rank = 45
    topic = Topic.AFTERWARDS

    def abouts(self, notifications: Sequence[Notification]) -> dict[int, tuple[Event, list[Talk]] | None]:
        found = Event.objects.select_related("community").filter(pk__in={one.subject_id for one in notifications})
        events = {event.pk: event for event in found}
        talks: dict[int, list[Talk]] = {}
        for talk in Talk.objects.slides_out().filter(event__in=events).with_speakers().order_by("position", "pk"):
            talks.setdefault(talk.event_id, []).append(talk)
        return {
            one.pk: (events[one.subject_id], talks.get(one.subject_id, [])) if one.subject_id in events else None
            for one in notifications
        }

    def source(self, about: tuple[Event, list[Talk]]) -> tuple[str, str]:
        event, _talks = about
        return event.community.thread, event.community.name

    def still_holds(self, about: tuple[Event, list[Talk]], notification: Notification, at: datetime) -> bool:
        event, talks = about
        return event.is_published and bool(talks)

    def compose(self, about: tuple[Event, list[Talk]], notification: Notification, at: datetime) -> Content:
        event, talks = about
        names = {"event": event.words.title}
        return Content(
            title=_("Slides available: %(event)s") % names,
            lead=_("The slides from “%(event)s” are now available, whether you were there or not.") % names,
            facts=[(_("Talk"), f"{talk.title} – {talk.speaker_names}") for talk in talks],
            action=(_("See the slides"), link("event", event.public_id)),
        )


def _calendars(event: Event, part: Participant, at: datetime) -> list[bytes]:
    """All calendar files for the person's parts in the event. People who wait for a seat get none, save for a cancellation."""
    shifts = [signup.shift for signup in part.signups]
    comes = part.speaks or (part.registration and part.registration.state == Registration.State.CONFIRMED)
    return [
        *(calendar_of(event, at) if comes or event.is_cancelled else []),
        *shift_calendars(shifts, event, at),
        *talk_calendars([talk for talk in part.talks if talk.state == Talk.State.CONFIRMED], event, at),
        *(rehearsal_calendar(event, at) if part.rehearses else []),
    ]


def what_was(changed: dict[str, list[Any]], event: Event, *, with_link: bool) -> Facts:
    """The old values of a change of an event, from the details of its history entry."""
    facts: Facts = []
    old = {name: pair[0] for name, pair in changed.items()}
    if {"starts_at", "ends_at", "time_zone"} & old.keys():
        starts_at = datetime.fromisoformat(old["starts_at"]) if "starts_at" in old else event.starts_at
        ends_at = datetime.fromisoformat(old["ends_at"]) if "ends_at" in old else event.ends_at
        zone = old.get("time_zone", event.time_zone)
        facts.append((_("Previous date and time"), dates.event_time(starts_at, ends_at, zone, get_language() or "en")))
    if "format" in old:
        facts.append((_("Previous format"), str(Event.Format(old["format"]).label)))
    if place := _venue_before(old, event):
        facts.append((_("Previous location"), place))
    if old.get("join_url") and with_link:
        facts.append((_("Previous link"), old["join_url"]))
    return facts


def _venue_before(old: dict[str, Any], event: Event) -> str:
    """The venue as the reader knew it; in the event's own words, where only these have changed."""
    before = copy(event)
    for name in (*PARTS, *(f"other_{part}" for part in PARTS), "format"):
        setattr(before, name, old.get(name, getattr(event, name)))
    if before.venue.lines != event.venue.lines:
        return before.venue.lines
    return venue_of(before, event.language).lines if {"venue_name", "venue_address"} & old.keys() else ""
