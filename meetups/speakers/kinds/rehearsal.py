"""What is said of the rehearsal."""

from datetime import datetime

from django.utils.translation import gettext as _

from meetups.core.links import link
from meetups.events.calendar import part_calendar
from meetups.events.facts import Facts, period
from meetups.events.models import Event
from meetups.history.models import HistoryEntry
from meetups.notifications.kinds import Content, Kind, declare
from meetups.notifications.models import Notification
from meetups.speakers.models import Rehearsal, Talk
from meetups.speakers.models.talk import TalkQuerySet


def _to_come(event: Event, at: datetime) -> Rehearsal | None:
    """The rehearsal, until it has ended. An `event` is asked for it once."""
    rehearsal: Rehearsal | None = getattr(event, "rehearsal", None)
    return rehearsal if rehearsal and rehearsal.ends_at > at else None


def rehearsal_facts(event: Event, at: datetime) -> Facts:
    """When the rehearsal is, and its link; nothing where there is none, or none any more."""
    rehearsal = _to_come(event, at)
    if rehearsal is None:
        return []
    facts = [(_("Rehearsal"), period(rehearsal.starts_at, rehearsal.ends_at, event))]
    if rehearsal.join_url:
        facts.append((_("Link for the rehearsal"), rehearsal.join_url))
    return facts


def rehearsal_calendar(event: Event, at: datetime) -> list[bytes]:
    """The rehearsal's own calendar file, which says so where the event is cancelled; nothing where there is none, or none any more."""
    rehearsal = _to_come(event, at)
    if rehearsal is None:
        return []
    return [
        part_calendar(
            event,
            part="rehearsal",
            summary=_("Rehearsal: %(event)s") % {"event": event.title},
            starts_at=rehearsal.starts_at,
            ends_at=rehearsal.ends_at,
            stamp=at,
            url=link("event", event.public_id),
            place=rehearsal.join_url,
        )
    ]


def _talks(event: Event, notification: Notification) -> TalkQuerySet:
    """What the recipient speaks in at `event`."""
    assert notification.recipient is not None
    return Talk.objects.coming().filter(event=event).held_by(notification.recipient).order_by("pk")


@declare
class RehearsalSet(Kind[Event]):
    """To speakers, once for each change; it holds while the rehearsal is what was set then."""

    name = "rehearsal_set"
    rank = 12

    def about(self, notification: Notification) -> Event | None:
        return Event.objects.select_related("community", "rehearsal").filter(pk=notification.subject_id).first()

    def still_holds(self, about: Event, notification: Notification, at: datetime) -> bool:
        rehearsal: Rehearsal | None = getattr(about, "rehearsal", None)
        if rehearsal is None or rehearsal.starts_at <= at or not about.is_published:
            return False
        later = HistoryEntry.objects.filter(subject=f"rehearsal:{rehearsal.pk}", pk__gt=notification.cause)
        return _talks(about, notification).exists() and not later.exists()

    def compose(self, about: Event, notification: Notification, at: datetime) -> Content:
        entry = HistoryEntry.objects.filter(pk=notification.cause).first()
        before = [datetime.fromisoformat(instant) for instant in entry.details.get("before", [])] if entry else []
        mine = _talks(about, notification)
        return Content(
            title=_("Rehearsal date and time: %(event)s") % {"event": about.title},
            lead=_("Here’s when and where the rehearsal of “%(event)s” is. Please keep the time free.")
            % {"event": about.title},
            facts=[
                *rehearsal_facts(about, at),
                *([(_("Previous rehearsal"), period(before[0], before[1], about))] if before else []),
                *[(_("Talk"), talk.title) for talk in mine],
                (_("The event itself"), period(about.starts_at, about.ends_at, about)),
            ],
            action=(_("See the event"), link("event", about.public_id)),
            calendars=rehearsal_calendar(about, at),
            small_print=[_("If you can’t make it, please tell the organizers.")],
        )


@declare
class RehearsalRemoved(Kind[Event]):
    """To speakers: there is none after all. It holds while no other has been set since, not even one that was called off, too."""

    name = "rehearsal_removed"
    rank = 12

    def about(self, notification: Notification) -> Event | None:
        return Event.objects.select_related("community", "rehearsal").filter(pk=notification.subject_id).first()

    def still_holds(self, about: Event, notification: Notification, at: datetime) -> bool:
        if not about.is_published or getattr(about, "rehearsal", None) is not None:
            return False
        later = HistoryEntry.objects.filter(
            thread=notification.thread, verb__in=("set_rehearsal", "remove_rehearsal"), pk__gt=notification.cause
        )
        return _talks(about, notification).exists() and not later.exists()

    def compose(self, about: Event, notification: Notification, at: datetime) -> Content:
        entry = HistoryEntry.objects.filter(pk=notification.cause).first()
        was = [datetime.fromisoformat(instant) for instant in entry.details["before"]] if entry else []
        return Content(
            title=_("Rehearsal canceled: %(event)s") % {"event": about.title},
            lead=_("The rehearsal of “%(event)s” was canceled. The event itself takes place.") % {"event": about.title},
            facts=[
                *([(_("Previous rehearsal"), period(was[0], was[1], about))] if was else []),
                *[(_("Talk"), talk.title) for talk in _talks(about, notification)],
                (_("The event itself"), period(about.starts_at, about.ends_at, about)),
            ],
            action=(_("See the event"), link("event", about.public_id)),
            calendars=[
                part_calendar(
                    about,
                    part="rehearsal",
                    summary=_("Rehearsal: %(event)s") % {"event": about.title},
                    starts_at=was[0],
                    ends_at=was[1],
                    stamp=at,
                    url=link("event", about.public_id),
                    withdrawn=True,
                )
            ]
            if was
            else [],
            small_print=[_("Open the attachment to remove the rehearsal from your calendar.")],
        )
