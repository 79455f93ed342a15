"""Mails to people who asked for news."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from meetups.core.links import link
from meetups.events.facts import Facts, event_facts, event_page
from meetups.events.models import Event
from meetups.notifications.email_registry import Content, Kind, declare
from meetups.notifications.models import Notification, Topic
from meetups.registrations.models import Slot
from meetups.registrations.way_in_words import ways_in
from meetups.reminders.news_readers import news_readers, opening_readers, with_a_part
from meetups.speakers.models import Talk


def _hook(event: Event) -> Facts:
    """What the organizers say for it under the title of its page."""
    return [(_("About this event"), event.words.hook)] if event.words.hook else []


def _talks(event: Event) -> Facts:
    """The talks that are on the program so far, with their speakers."""
    lines = [
        _("%(talk)s (%(speakers)s)") % {"talk": one.title, "speakers": one.speaker_names}
        for one in getattr(event, "held", [])
    ]
    return [(_("Talks"), "\n".join(lines))] if lines else []


def _ways_in(event: Event, at: datetime) -> Facts:
    lines = ways_in(event, getattr(event, "offered", []), at=at)
    return [(_("How to get in"), "\n".join(lines))] if lines else []


@declare
class EventAnnounced(Kind[Event]):
    """A new event, for people who asked to hear of the community's new events."""

    name = "event_announced"
    rank = 60
    topic = Topic.ANNOUNCEMENTS

    def abouts(self, notifications: Sequence[Notification]) -> dict[int, Event | None]:
        talks = Talk.objects.on_programme().with_speakers().select_related("speaker").order_by("position", "pk")
        found = Event.objects.filter(pk__in={one.subject_id for one in notifications}).select_related("community")
        events = {
            event.pk: event
            for event in found.prefetch_related(
                Prefetch("talks", queryset=talks, to_attr="held"),
                Prefetch("slots", queryset=Slot.objects.select_related("lottery").in_order(), to_attr="offered"),
            )
        }
        readers = {}
        for event in events.values():
            here = {one.recipient_id for one in notifications if one.subject_id == event.pk and one.recipient_id}
            readers[event.pk] = (here & news_readers(event)) - with_a_part(event, here)
        return {
            one.pk: events[one.subject_id] if one.recipient_id in readers.get(one.subject_id, ()) else None
            for one in notifications
        }

    def source(self, about: Event) -> tuple[str, str]:
        return about.community.thread, about.community.name

    def still_holds(self, about: Event, notification: Notification, at: datetime) -> bool:
        return about.is_published and about.starts_at > at and not about.community.rests

    def compose(self, about: Event, notification: Notification, at: datetime) -> Content:
        names = {"event": about.words.title, "community": about.community.name}
        return Content(
            title=_("New event: %(event)s") % names,
            lead=_("%(community)s has a new event: “%(event)s”.") % names,
            facts=[*_hook(about), *event_facts(about), *_talks(about), *_ways_in(about, at)],
            action=event_page(about),
            small_print=[_("You’re getting this email because you asked to hear about this community’s new events.")],
        )


@declare
class RegistrationOpened(Kind[Event]):
    """Registration has opened, for people who asked to be told (RULES 222)."""

    name = "registration_opened"
    rank = 55
    topic = Topic.OPENING

    def abouts(self, notifications: Sequence[Notification]) -> dict[int, Event | None]:
        slots = Prefetch("slots", queryset=Slot.objects.select_related("lottery").in_order(), to_attr="offered")
        found = Event.objects.filter(pk__in={one.subject_id for one in notifications}).select_related("community")
        events = {event.pk: event for event in found.prefetch_related(slots)}
        readers = {}
        for event in events.values():
            here = {one.recipient_id for one in notifications if one.subject_id == event.pk and one.recipient_id}
            readers[event.pk] = opening_readers(event) & here
        return {
            one.pk: events[one.subject_id] if one.recipient_id in readers.get(one.subject_id, ()) else None
            for one in notifications
        }

    def source(self, about: Event) -> tuple[str, str]:
        return about.thread, about.words.title

    def still_holds(self, about: Event, notification: Notification, at: datetime) -> bool:
        return about.is_open(at) and about.starts_at > at and not about.opens_later(at)

    def compose(self, about: Event, notification: Notification, at: datetime) -> Content:
        names = {"event": about.words.title}
        return Content(
            title=_("Registration is open: %(event)s") % names,
            lead=_("Registration for “%(event)s” has opened.") % names,
            facts=[*event_facts(about), *_ways_in(about, at)],
            action=(_("Register"), link("registration", about.public_id)),
            small_print=[_("You’re getting this one email because you asked for it when the page counted down.")],
        )
