"""What an organizer should look at before a copy is published: a handful, the most important first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from meetups.core import dates
from meetups.core.zones import move_instant
from meetups.events.models import Event
from meetups.lifecycle.copies.next_title import number_of
from meetups.registrations.models import Lottery
from organizers.event.copies.came_along import EventParts

MOST = 6


@dataclass(frozen=True)
class LookAt:
    """One line: what, its value, why to look, and where it is changed. The title is changed in its line."""

    what: str
    value: str
    why: str
    url: str = ""
    label: str = ""
    is_title: bool = False


def to_look_at(there: EventParts, here: EventParts, *, same_day: list[str], at: datetime) -> list[LookAt]:
    """No queries."""
    event = here.event
    edit = reverse("desk_event_edit", args=[event.public_id])
    change = pgettext("copied", "Change")
    found = [*_day(event, same_day, f"{edit}#id_day", change), *_title(there.event, event)]
    if event.other_title:
        why = _("Without this time’s topic yet")
        found.append(LookAt(_("Title in the other language"), event.other_title, why, f"{edit}#id_other_title", change))
    found += _draws(there, here, change)
    if here.call and here.call.closes_at and here.call.closes_at <= at:
        when = dates.moment(here.call.closes_at, event.time_zone, get_language() or "en")
        url = reverse("desk_call", args=[event.public_id])
        found.append(LookAt(_("Call for speakers"), when, _("This deadline has passed"), url, change))
    if event.hook or event.description:
        text = " ".join((event.hook or event.description).split())
        why = _("The text of the last event")
        found.append(LookAt(_("Text"), text[:60] + ("…" if len(text) > 60 else ""), why, f"{edit}#id_hook", change))
    if event.has_stream and event.join_url:
        found.append(
            LookAt(_("Link to join"), event.join_url, _("The same as last time"), f"{edit}#id_join_url", change)
        )
    if event.has_place and not event.venue_name:
        found.append(LookAt(_("Venue"), "–", _("No venue yet"), f"{edit}#id_venue_name", change))
    return found[:MOST]


def _day(event: Event, same_day: list[str], url: str, change: str) -> list[LookAt]:
    if not same_day:
        return []
    day = dates.full_day(event.starts_at, event.time_zone, get_language() or "en")
    return [LookAt(_("Date"), day, _("The same day as “%(other)s”") % {"other": same_day[0]}, url, change)]


def _title(source: Event, event: Event) -> list[LookAt]:
    if event.title == source.title:
        return [LookAt(_("Title"), event.title, _("The same as last time"), is_title=True)]
    if event.title.endswith(number_of(event.title)) and not source.title.endswith(number_of(source.title)):
        return [LookAt(_("Title"), event.title, _("Without this time’s topic yet"), is_title=True)]
    return []


def _draws(there: EventParts, here: EventParts, change: str) -> Iterator[LookAt]:
    """Dates that were announced anew because the event is near, and public values that belong to a date."""
    zone, language = here.event.time_zone, get_language() or "en"
    old = {slot.position: slot.draws_from for slot in there.slots}
    for slot in here.slots:
        lottery, before = slot.draws_from, old.get(slot.position)
        if lottery is None:
            continue
        url = reverse("desk_slot_admission", args=[here.event.public_id, slot.public_id])
        if lottery.source == Lottery.Source.ENTERED:
            yield LookAt(_("Draw"), lottery.source_note, _("Is this the value for the new date?"), url, change)
        elif (
            before
            and move_instant(before.draws_at, there.event.starts_at, here.event.starts_at, zone) != lottery.draws_at
        ):
            when = dates.moment(lottery.draws_at, zone, language)
            yield LookAt(_("Draw"), when, _("The event is near, so this date is new"), url, change)
