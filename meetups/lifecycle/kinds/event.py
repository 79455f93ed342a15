"""What the event as a whole tells everyone who has a part in it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from meetups.accounts.models import User
from meetups.core import dates
from meetups.core.links import link
from meetups.events.facts import Facts, event_facts
from meetups.events.models import Event
from meetups.history.models import HistoryEntry
from meetups.lifecycle.parts import Part, part_of
from meetups.notifications.kinds import Content, Kind, declare
from meetups.notifications.models import Notification, Topic
from meetups.registrations.kinds import calendar_of, draw_facts
from meetups.registrations.models import Registration
from meetups.speakers.kinds import rehearsal_calendar, rehearsal_facts
from meetups.speakers.models import Talk
from meetups.volunteers.kinds import shift_calendars, shift_facts


class EventKind(Kind[Event]):
    """A message about an event as a whole."""

    def about(self, notification: Notification) -> Event | None:
        return Event.objects.select_related("community").filter(pk=notification.subject_id).first()

    def part(self, about: Event, notification: Notification) -> Part:
        """What the recipient is at the event now."""
        assert isinstance(notification.recipient, User)
        return part_of(about, notification.recipient)


@declare
class EventChanged(EventKind):
    name = "event_changed"
    rank = 3

    def still_holds(self, about: Event, notification: Notification, at: datetime) -> bool:
        part = self.part(about, notification)
        has_part = bool(part.registration or part.talks or part.signups)
        return about.is_published and not about.is_over(at) and has_part and self._news(notification) is not None

    def compose(self, about: Event, notification: Notification, at: datetime) -> Content:
        part = self.part(about, notification)
        shifts = [signup.shift for signup in part.signups]
        state = part.registration.state if part.registration else ""
        # Whoever may not have the new link may not have the old one: it often still works.
        with_link = state == Registration.State.CONFIRMED or part.speaks
        was = what_was(self._news(notification) or {}, about, with_link=with_link)
        moved = any(label == _("When, before") for label, _value in was)
        return Content(
            title=(_("New date: %(event)s") if moved else _("New details: %(event)s")) % {"event": about.title},
            lead=_("Something changed at “%(event)s”, where you have a part. What you have there stays yours.")
            % {"event": about.title},
            facts=[
                *event_facts(about, with_link=with_link),
                *was,
                *(draw_facts(part.registration) if part.registration and state == Registration.State.APPLIED else []),
                *(shift_facts(shifts, about) if shifts else []),
                *(rehearsal_facts(about, at) if part.speaks else []),
            ],
            action=(_("See my registration"), link("registration", about.public_id))
            if part.registration
            else (_("See the event"), link("event", about.public_id)),
            links=[(_("I cannot come: cancel"), link("registration_cancellation", about.public_id))]
            if part.registration
            else [],
            calendars=_calendars(about, part, at),
            small_print=[_("The attached file moves the entry in your calendar.")],
        )

    def _news(self, notification: Notification) -> dict[str, list[Any]] | None:
        """Old and new value of what changed since its reader was last told; None where a later mail says it, or nothing is left of it."""
        about_it = Notification.objects.filter(
            kind=self.name, recipient=notification.recipient_id, subject=notification.subject
        )
        causes: list[str] = []
        for one in about_it.order_by("pk"):
            if one.pk > notification.pk:
                if one.state in {Notification.State.WAITING, Notification.State.SENDING}:
                    return None
                break
            told = one.state not in {Notification.State.WAITING, Notification.State.SENDING, Notification.State.VOID}
            causes = [] if told and one.pk != notification.pk else [*causes, one.cause]
        news: dict[str, list[Any]] = {}
        for entry in HistoryEntry.objects.filter(pk__in=causes).order_by("pk"):
            for name, (old, new) in entry.details.get("changed", {}).items():
                news[name] = [news[name][0] if name in news else old, new]
        changed = {name: pair for name, pair in news.items() if pair[0] != pair[1]}
        return changed if changed or not news else None


@declare
class EventCancelled(EventKind):
    name = "event_cancelled"
    rank = 1
    urgent = True

    def still_holds(self, about: Event, notification: Notification, at: datetime) -> bool:
        return about.is_cancelled

    def compose(self, about: Event, notification: Notification, at: datetime) -> Content:
        part = self.part(about, notification)
        return Content(
            title=_("Cancelled: %(event)s") % {"event": about.title},
            lead=_(
                "“%(event)s” will not take place: its organizers cancelled it. There is nothing that you have to do."
            )
            % {"event": about.title},
            facts=[*event_facts(about), (_("Organized by"), about.community.name)],
            action=(_("See the event"), link("event", about.public_id)),
            calendars=_calendars(about, part, at),
            small_print=[_("The attached file marks the entry in your calendar as cancelled.")],
        )


@declare
class SlidesPublished(Kind[tuple[Event, list[Talk]]]):
    """That an event's slides can be read: to everyone who had a part, those too who did not get in (RULES 95)."""

    name = "slides_published"
    rank = 45
    topic = Topic.AFTERWARDS

    def about(self, notification: Notification) -> tuple[Event, list[Talk]] | None:
        return self.abouts([notification]).get(notification.pk)

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
        names = {"event": event.title}
        return Content(
            title=_("The slides are there: %(event)s") % names,
            lead=_("The slides of “%(event)s” can be read now, by those who were there and by those who could not be.")
            % names,
            facts=[(_("Talk"), f"{talk.title} – {talk.speaker_names}") for talk in talks],
            action=(_("See the slides"), link("event", event.public_id)),
        )


def _calendars(event: Event, part: Part, at: datetime) -> list[bytes]:
    """Everything that the person's calendar has of the event."""
    shifts = [signup.shift for signup in part.signups]
    return [
        *calendar_of(event, at),
        *shift_calendars(shifts, event, at),
        *(rehearsal_calendar(event, at) if part.speaks else []),
    ]


def what_was(changed: dict[str, list[Any]], event: Event, *, with_link: bool) -> Facts:
    """The old values of what a change of an event changed, from the details of its history entry."""
    facts: Facts = []
    old = {name: pair[0] for name, pair in changed.items()}
    if {"starts_at", "ends_at", "time_zone"} & old.keys():
        starts_at = datetime.fromisoformat(old["starts_at"]) if "starts_at" in old else event.starts_at
        ends_at = datetime.fromisoformat(old["ends_at"]) if "ends_at" in old else event.ends_at
        zone = old.get("time_zone", event.time_zone)
        facts.append((_("When, before"), dates.event_time(starts_at, ends_at, zone, get_language() or "en")))
    if "format" in old:
        facts.append((_("Format, before"), str(Event.Format(old["format"]).label)))
    if {"venue_name", "venue_address"} & old.keys():
        name, address = old.get("venue_name", event.venue_name), old.get("venue_address", event.venue_address)
        place = "\n".join(part for part in (name, address) if part)
        if place:
            facts.append((_("Where, before"), place))
    if old.get("join_url") and with_link:
        facts.append((_("Link, before"), old["join_url"]))
    return facts
