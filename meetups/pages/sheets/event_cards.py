"""Events as cards in lists."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from meetups.events.facts import venue_to_come
from meetups.events.models import Event
from meetups.pages.sheets.slot_choices import SlotChoice, best, offers_of


@dataclass(frozen=True)
class EventCard:
    """One event in a list. `do` says what the reader can do there; `tag` names a state that is not the usual one."""

    event: Event
    place: str
    do: str
    tag: str


def place_of(event: Event, *, at: datetime) -> str:
    """The place in a few words. For an event ahead it may say that the venue is not known yet."""
    if not event.has_place:
        return ""
    return event.venue_name or ("" if event.is_over(at) else venue_to_come(event))


def cards(events: Iterable[Event], *, at: datetime) -> list[EventCard]:
    """A card for each event, in the given order. One query, any size. Past events may carry `slides`, the number of their slides."""
    events = list(events)
    ahead = offers_of([event for event in events if event.is_open(at)], at=at) if events else {}
    return [_card(event, ahead.get(event.pk, []), at=at) for event in events]


def _card(event: Event, offers: list[SlotChoice], *, at: datetime) -> EventCard:
    do = tag = ""
    if event.state == Event.State.DRAFT:
        tag = str(event.get_state_display())
    elif event.is_over(at):
        slides = getattr(event, "slides", 0)
        do = ngettext("%(count)d slide deck", "%(count)d slide decks", slides) % {"count": slides} if slides else ""
    elif not event.is_cancelled:
        offer = best(offers)
        do = offer.line if offer else _("Registration is closed.")
        if event.starts_at <= at:
            tag = pgettext("event", "Now")
        elif event.visibility == Event.Visibility.MEMBERS:
            tag = _("Team only")
        elif event.visibility == Event.Visibility.FOLLOWERS:
            tag = _("Followers only")
    return EventCard(event, place_of(event, at=at), do, tag)
