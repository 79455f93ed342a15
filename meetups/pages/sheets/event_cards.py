"""Events as cards in lists."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from meetups.core import dates
from meetups.events.facts import venue_to_come
from meetups.events.models import Event
from meetups.pages.sheets.slot_choices import SlotChoice, best, offers_of
from meetups.registrations.models import Registration

State = Registration.State


@dataclass(frozen=True)
class CardLine:
    """How one gets in, in a few words, and the number or time that matters. `tone` is that of the slot."""

    tone: str
    how: str
    number: str = ""


@dataclass(frozen=True)
class FirstWay:
    """The one button: `note` says what will happen, `promise` says it beside a text that has the number of seats already."""

    label: str
    note: str
    promise: str
    url: str
    is_shift: bool = False


@dataclass(frozen=True)
class EventCard:
    """One event in a list. `seats` says what the reader can do there; `tag` names a state that is not the usual one.

    `hours` is the time of the day; `offer` is what a newcomer is offered first.
    """

    event: Event
    hours: str
    place: str
    tag: str = ""
    seats: CardLine | None = None
    offer: FirstWay | None = None
    # Slides of a past event, in words.
    slides: str = ""


def place_of(event: Event, *, at: datetime) -> str:
    """The place in a few words. For an event ahead it may say that the venue is not known yet."""
    if not event.has_place:
        return ""
    return event.venue.name or ("" if event.is_over(at) else venue_to_come(event))


def cards(events: Iterable[Event], *, at: datetime) -> list[EventCard]:
    """A card for each event, in the given order. One query, any size. Past events may carry `slides`, the number of their slides."""
    events = list(events)
    ahead = offers_of([event for event in events if event.is_open(at)], at=at) if events else {}
    return [_card(event, ahead.get(event.pk, []), at=at) for event in events]


def _card(event: Event, offers: list[SlotChoice], *, at: datetime) -> EventCard:
    online = _("Online") if event.has_stream else ""
    place = pgettext("list", " · ").join(filter(None, (place_of(event, at=at), online)))
    hours = _hours(event)
    if event.is_over(at):
        slides = getattr(event, "slides", 0)
        words = ngettext("%(count)d slide deck", "%(count)d slide decks", slides) % {"count": slides} if slides else ""
        return EventCard(event, hours, place, _state(event), slides=words)
    if not event.is_published:
        return EventCard(event, hours, place, _state(event))
    tag = ""
    if event.starts_at <= at:
        tag = pgettext("event", "Now")
    elif event.visibility == Event.Visibility.MEMBERS:
        tag = _("Team only")
    elif event.visibility == Event.Visibility.FOLLOWERS:
        tag = _("Followers only")
    return EventCard(event, hours, place, tag, line_of_card(offers), first_way(event, offers))


def _state(event: Event) -> str:
    return str(event.get_state_display()) if event.state == Event.State.DRAFT else ""


def _hours(event: Event) -> str:
    """The time of the day, with its zone where that is not the zone of the site. The leaf and the text beside it name the day on which it
    starts; the day on which it ends is named where that is another.
    """
    language, zone = get_language() or "en", event.time_zone
    label = dates.zone_label(event.starts_at, zone)
    if label != dates.zone_label(event.ends_at, zone):
        return dates.event_time(event.starts_at, event.ends_at, zone, language)
    if event.starts_at.astimezone(event.zone).date() == event.ends_at.astimezone(event.zone).date():
        hours = dates.time_range(event.starts_at, event.ends_at, zone, language)
    else:
        hours = dates.time_range_to_another_day(event.starts_at, event.ends_at, zone, language)
    return hours if zone == settings.SITE_TIME_ZONE else f"{hours} {label}"


def line_of_card(offers: Iterable[SlotChoice]) -> CardLine:
    """What a newcomer gets, and until when or how many: the first slot with seats, else the length of the waitlist.

    Where another slot is full or drawn already, the one with seats is called by its name (RULES 143).
    """
    offers = list(offers)
    if offers and (opens_at := offers[0].opens_at):
        return CardLine("open", _("Registration opens"), offers[0].short(opens_at))
    offer = best(offers)
    if offer is None or offer.way_in == State.WAITLISTED:
        duty = next((each for each in offers if each.shift), None)
        if duty:
            return CardLine("certain", duty.slot.name, _seats_left(duty.seats_with_shifts))
        return _waitlist(offer) if offer else CardLine("over", _("Registration is closed."))
    if offer.way_in == State.APPLIED and offer.lottery:
        until = pgettext("lottery", "until %(when)s") % {"when": offer.short(offer.lottery.closes_at)}
        return CardLine("lottery", pgettext("admission", "Lottery"), until)
    others_are_full = any(each.way_in == State.WAITLISTED for each in offers)
    how = offer.slot.name if others_are_full else pgettext("admission", "First come")
    return CardLine("open", how, _seats_left(offer.left))


def first_way(event: Event, offers: Iterable[SlotChoice]) -> FirstWay | None:
    """What the one button offers to a newcomer; None where nothing is open. It has a name where others are full, as on a card.

    A shift that gives a seat goes before a waitlist (RULES 143).
    """
    offers = list(offers)
    offer = best(offers)
    shift = next((each.shift for each in offers if each.shift), None)
    if offer is None or offer.way_in == State.WAITLISTED:
        if shift:
            note, url = _("You get a seat right away"), reverse("signup", args=[event.public_id, shift.pk])
            return FirstWay(shift.label, note, note, url, is_shift=True)
        if offer is None:
            return None
    url = f"{reverse('registration', args=[event.public_id])}?slot={offer.slot.public_id}"
    if offer.way_in != State.CONFIRMED:
        return FirstWay(offer.label, offer.note, offer.note, url)
    others_are_full = any(each.way_in == State.WAITLISTED for each in offers)
    label = _("Register for %(slot)s") % {"slot": offer.slot.name} if others_are_full else offer.label
    return FirstWay(label, offer.note, _("You’ll be confirmed right away"), url)


def _seats_left(number: int) -> str:
    return ngettext("%(count)d seat left", "%(count)d seats left", number) % {"count": number}


def _waitlist(offer: SlotChoice) -> CardLine:
    if offer.awaits_draw and offer.lottery:
        return CardLine("lottery", _("Entries closed, draw"), offer.short(offer.lottery.draws_at))
    number = ngettext("%(count)d person", "%(count)d people", offer.waiting) % {"count": offer.waiting}
    return CardLine("waiting", _("Full, waitlist"), number)
