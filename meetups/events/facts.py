"""Facts about an event for mails: in the active language, on the venue's clock, always with the zone."""

from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from meetups.core import dates
from meetups.core.links import link
from meetups.core.texts.safe_text import for_strangers
from meetups.events.models import Event

type Facts = list[tuple[str, str]]


def _language() -> str:
    return get_language() or "en"


def when(event: Event) -> str:
    """The period of the event with year and zone."""
    return dates.event_time(event.starts_at, event.ends_at, event.time_zone, _language())


def period(starts_at: datetime, ends_at: datetime, event: Event) -> str:
    """Another period at the event, such as a shift, with year and zone."""
    return dates.event_time(starts_at, ends_at, event.time_zone, _language())


def instant(at: datetime, event: Event) -> str:
    """A deadline: day and time with zone."""
    return f"{dates.moment(at, event.time_zone, _language())} {dates.zone_label(at, event.time_zone)}"


def reply_by(at: datetime, event: Event) -> str:
    """A deadline for a subject line, as short as possible."""
    return dates.short_moment(at, event.time_zone, _language())


def where(event: Event) -> str:
    """Name and address of the venue, one line each, or a note that it will be announced. Empty if the event needs no venue."""
    if not event.has_place:
        return ""
    return event.venue.lines or venue_to_come(event)


def venue_to_come(event: Event) -> str:
    """The text for a venue that is not known yet. Empty for a cancelled event, which announces no venue."""
    return "" if event.is_cancelled else _("The venue will be announced.")


def event_facts(event: Event, *, with_link: bool = False) -> Facts:
    """When and where. `with_link` adds the way in and the link to the stream, for people who have a seat."""
    facts = [(_("When"), when(event))]
    if where(event):
        facts.append((_("Where"), where(event)))
    elif not event.has_place:
        facts.append((_("Where"), _("Online")))
    if with_link and event.venue.steps:
        facts.append((_("The way in"), "\n".join(event.venue.steps)))
    if with_link and event.has_stream and event.join_url:
        facts.append((_("Link to join"), event.join_url))
    return facts


def facts_for_strangers(event: Event) -> Facts:
    """When and where, for a mail to a person who did not ask for it (RULES 131): organizers wrote name and address of the venue."""
    return [(label, for_strangers(value)) for label, value in event_facts(event)]


def event_page(event: Event) -> tuple[str, str]:
    """The button that leads to the event."""
    return _("See the event"), link("event", event.public_id)
