"""Mails about the rehearsal, to the people who belong to it."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from meetups.events.calendar import calendar_file
from meetups.events.facts import Facts, event_page, period
from meetups.events.models import Event
from meetups.history.models import HistoryEntry
from meetups.lifecycle.rehearsal_people import RehearsalPerson, rehearsal_people
from meetups.notifications.email_registry import Content, Kind, declare
from meetups.notifications.models import Notification
from meetups.speakers.emails import rehearsal_calendar, rehearsal_entry, rehearsal_facts
from meetups.speakers.models import Rehearsal

type About = tuple[Event, RehearsalPerson | None]


class RehearsalNews(Kind[About]):
    """News of an event's rehearsal, and why its reader belongs to it. None for a reader who no longer belongs to it."""

    def abouts(self, notifications: Sequence[Notification]) -> dict[int, About | None]:
        found = Event.objects.filter(pk__in={one.subject_id for one in notifications})
        events = {event.pk: event for event in found.select_related("community", "rehearsal")}
        people = {(one.event_id, one.person.pk): one for one in rehearsal_people(events.values())}
        return {
            one.pk: (events[one.subject_id], people.get((one.subject_id, one.recipient_id or 0)))
            if one.subject_id in events
            else None
            for one in notifications
        }


def duties_of(one: RehearsalPerson) -> Facts:
    """The talks and shifts because of which a person belongs to a rehearsal."""
    return [
        *[(_("Talk"), talk.title) for talk in one.talks],
        *[(_("Shift"), shift.title) for shift in one.shifts],
    ]


def out_of_calendar(event: Event, starts_at: datetime, ends_at: datetime, at: datetime) -> list[bytes]:
    """A file that removes the rehearsal from a calendar."""
    return [calendar_file([rehearsal_entry(event, starts_at, ends_at, stamp=at, withdrawn=True)])]


# The mails that tell a person of a rehearsal, and put it into their calendar.
ANNOUNCES = (
    *("rehearsal_set", "rehearsal_joined", "rehearsal_day", "rehearsal_soon", "event_changed"),
    *("talk_accepted", "talk_unconfirmed", "talk_seat", "co_speaker_seat"),
)


def _was_announced(notification: Notification, *, since: datetime | None) -> bool:
    """Whether its reader ever got a mail of the rehearsal. What left before `since` said nothing of it."""
    mails = Notification.objects.filter(
        recipient=notification.recipient_id, thread=notification.thread, kind__in=ANNOUNCES
    )
    later = {"settled_at__gte": since} if since else {}
    return mails.filter(state=Notification.State.SENT, **later).exists()


def _began_at(rehearsal: str) -> datetime | None:
    """When the rehearsal with this subject was first set. None where it is as old as its event."""
    first = HistoryEntry.objects.filter(subject=rehearsal).order_by("pk").first()
    return first.at if first and not first.details.get("before") else None


def _when_and_where(event: Event, one: RehearsalPerson, at: datetime, before: Facts) -> Content:
    names = {"event": event.words.title}
    return Content(
        title=_("Rehearsal date and time: %(event)s") % names,
        lead=_("Here’s when and where the rehearsal of “%(event)s” is. Please keep the time free.") % names,
        facts=[
            *rehearsal_facts(event, at),
            *before,
            *duties_of(one),
            (_("The event itself"), period(event.starts_at, event.ends_at, event)),
        ],
        action=event_page(event),
        calendars=rehearsal_calendar(event, at),
        small_print=[] if one.organizes else [_("If you can’t make it, please tell the organizers.")],
    )


@declare
class RehearsalSet(RehearsalNews):
    """To everyone who belongs to the rehearsal, once for each change. It holds until the rehearsal changes again."""

    name = "rehearsal_set"
    rank = 12

    def still_holds(self, about: About, notification: Notification, at: datetime) -> bool:
        event, one = about
        rehearsal: Rehearsal | None = getattr(event, "rehearsal", None)
        if rehearsal is None or rehearsal.starts_at <= at or not event.is_published:
            return False
        later = HistoryEntry.objects.filter(subject=f"rehearsal:{rehearsal.pk}", pk__gt=notification.cause)
        return one is not None and not later.exists()

    def compose(self, about: About, notification: Notification, at: datetime) -> Content:
        event, one = about
        assert one is not None
        entry = HistoryEntry.objects.filter(pk=notification.cause).first()
        before = [datetime.fromisoformat(instant) for instant in entry.details.get("before", [])] if entry else []
        return _when_and_where(
            event, one, at, [(_("Previous rehearsal"), period(before[0], before[1], event))] if before else []
        )


@declare
class RehearsalJoined(RehearsalNews):
    """To a person who got a reason to be there after the rehearsal was set: a shift, or a talk with others (RULES 260)."""

    name = "rehearsal_joined"
    # After the mail that says why.
    rank = 61

    def still_holds(self, about: About, notification: Notification, at: datetime) -> bool:
        event, one = about
        rehearsal: Rehearsal | None = getattr(event, "rehearsal", None)
        return rehearsal is not None and at < rehearsal.ends_at and event.is_published and one is not None

    def compose(self, about: About, notification: Notification, at: datetime) -> Content:
        event, one = about
        assert one is not None
        return _when_and_where(event, one, at, [])


@declare
class RehearsalRemoved(RehearsalNews):
    """To everyone who belonged to the rehearsal: it was called off. It holds if no rehearsal was set or called off since."""

    name = "rehearsal_removed"
    rank = 12

    def still_holds(self, about: About, notification: Notification, at: datetime) -> bool:
        event, one = about
        if not event.is_published or getattr(event, "rehearsal", None) is not None:
            return False
        later = HistoryEntry.objects.filter(
            thread=notification.thread, verb__in=("set_rehearsal", "remove_rehearsal"), pk__gt=notification.cause
        )
        if one is None or later.exists():
            return False
        # Set and called off before any mail told of it, it was never there for its people.
        entry = HistoryEntry.objects.filter(pk=notification.cause).first()
        began = _began_at(entry.subject) if entry else None
        return began is None or _was_announced(notification, since=began)

    def compose(self, about: About, notification: Notification, at: datetime) -> Content:
        event, one = about
        assert one is not None
        entry = HistoryEntry.objects.filter(pk=notification.cause).first()
        was = [datetime.fromisoformat(instant) for instant in entry.details["before"]] if entry else []
        return Content(
            title=_("Rehearsal canceled: %(event)s") % {"event": event.words.title},
            lead=_("The rehearsal of “%(event)s” was canceled. The event itself takes place.")
            % {"event": event.words.title},
            facts=[
                *([(_("Rehearsal"), period(was[0], was[1], event))] if was else []),
                *duties_of(one),
                (_("The event itself"), period(event.starts_at, event.ends_at, event)),
            ],
            action=event_page(event),
            calendars=out_of_calendar(event, was[0], was[1], at) if was else [],
            small_print=[_("Open the attachment to remove the rehearsal from your calendar.")],
        )


@declare
class RehearsalLeft(RehearsalNews):
    """To a person whose last reason to be there has ended: a talk, a shift, or a role on the team (RULES 246)."""

    name = "rehearsal_left"
    # After the mail that says why.
    rank = 61

    def still_holds(self, about: About, notification: Notification, at: datetime) -> bool:
        event, one = about
        rehearsal: Rehearsal | None = getattr(event, "rehearsal", None)
        if rehearsal is None or at >= rehearsal.ends_at or one is not None:
            return False
        # Who left before any mail told them of it needs no word that they may stay away.
        return _was_announced(notification, since=_began_at(f"rehearsal:{rehearsal.pk}"))

    def compose(self, about: About, notification: Notification, at: datetime) -> Content:
        event, _one = about
        rehearsal: Rehearsal = event.rehearsal
        names = {"event": event.words.title}
        return Content(
            title=_("You don’t need to come to the rehearsal: %(event)s") % names,
            lead=_("You no longer do anything at “%(event)s” that needs the rehearsal.") % names,
            facts=[(_("Rehearsal"), period(rehearsal.starts_at, rehearsal.ends_at, event))],
            action=event_page(event),
            calendars=out_of_calendar(event, rehearsal.starts_at, rehearsal.ends_at, at),
        )
