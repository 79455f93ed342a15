"""Facts and calendar entries about the rehearsal."""

from datetime import datetime

from django.utils.translation import gettext as _

from meetups.core.links import link
from meetups.events.calendar import CalendarEntry, calendar_file, part_entry
from meetups.events.facts import Facts, period
from meetups.events.models import Event
from meetups.speakers.models import Rehearsal


def _to_come(event: Event, at: datetime) -> Rehearsal | None:
    """The rehearsal until it has ended. One query per `event` object, however often it is asked."""
    rehearsal: Rehearsal | None = getattr(event, "rehearsal", None)
    return rehearsal if rehearsal and rehearsal.ends_at > at else None


def rehearsal_facts(event: Event, at: datetime) -> Facts:
    """The time and link of the rehearsal. Empty if there is none, or it has ended."""
    rehearsal = _to_come(event, at)
    if rehearsal is None:
        return []
    facts = [(_("Rehearsal"), period(rehearsal.starts_at, rehearsal.ends_at, event))]
    if rehearsal.join_url:
        facts.append((_("Link for the rehearsal"), rehearsal.join_url))
    return facts


def rehearsal_calendar(event: Event, at: datetime) -> list[bytes]:
    """The rehearsal's own calendar file, which is canceled with the event. Empty if there is no rehearsal, or it has ended."""
    rehearsal = _to_come(event, at)
    if rehearsal is None:
        return []
    return [
        calendar_file(
            [rehearsal_entry(event, rehearsal.starts_at, rehearsal.ends_at, stamp=at, place=rehearsal.join_url)]
        )
    ]


def rehearsal_entry(
    event: Event, starts_at: datetime, ends_at: datetime, *, stamp: datetime, place: str = "", withdrawn: bool = False
) -> CalendarEntry:
    """The calendar entry of the rehearsal. With `withdrawn` it is removed from the calendar."""
    return part_entry(
        event,
        part="rehearsal",
        summary=_("Rehearsal: %(event)s") % {"event": event.words.title},
        starts_at=starts_at,
        ends_at=ends_at,
        stamp=stamp,
        url=link("event", event.public_id),
        place=place,
        withdrawn=withdrawn,
    )
