"""An event for other services: calendars, search engines, and chats that preview links."""

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from meetups.accounts.models import User
from meetups.core import dates
from meetups.core.links import link
from meetups.core.prefectures import PREFECTURES, prefecture_name
from meetups.events.calendar_words import description_beginning
from meetups.events.models import Event
from meetups.events.venue import on_a_map
from meetups.pages.sheets.slot_choices import SlotChoice
from meetups.registrations.models import Slot
from meetups.speakers.programme.items import ProgrammeItem

MODES = {
    Event.Format.ON_SITE: "OfflineEventAttendanceMode",
    Event.Format.ONLINE: "OnlineEventAttendanceMode",
    Event.Format.HYBRID: "MixedEventAttendanceMode",
}


def summary(event: Event) -> str:
    """The beginning of the description as plain text; without a description, a standard sentence."""
    return description_beginning(event) or _("An event of %(community)s.") % {"community": event.community.name}


def where(event: Event) -> str:
    """Venue and address in one line; empty for online events."""
    return event.venue.line


def links(event: Event) -> dict[str, str]:
    """Links that add the event to other calendars or show it on a map. Nothing is loaded from there before the reader follows a link."""
    url = link("event", event.public_id)
    google = {
        "action": "TEMPLATE",
        "text": event.words.title,
        "dates": f"{event.starts_at:%Y%m%dT%H%M%SZ}/{event.ends_at:%Y%m%dT%H%M%SZ}",
        "ctz": event.time_zone,
        "location": where(event),
        "details": url,
    }
    outlook = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": event.words.title,
        "startdt": f"{event.starts_at:%Y-%m-%dT%H:%M:%SZ}",
        "enddt": f"{event.ends_at:%Y-%m-%dT%H:%M:%SZ}",
        "location": where(event),
        "body": url,
    }
    return {
        "google": f"https://calendar.google.com/calendar/render?{urlencode(google)}",
        "outlook": f"https://outlook.live.com/calendar/0/deeplink/compose?{urlencode(outlook)}",
        "map": f"https://www.openstreetmap.org/search?{urlencode({'query': on_a_map(event)})}",
    }


def preview_text(event: Event) -> str:
    """The text of a link preview below the title: time in the language of its words, place, and the beginning of the description."""
    when = dates.event_time(event.starts_at, event.ends_at, event.time_zone, event.words.language)
    return " · ".join(filter(None, (when, where(event), summary(event))))


def structured_data(
    event: Event, offers: list[SlotChoice], programme: list[ProgrammeItem], *, card_url: str
) -> SafeString:
    """The event in the vocabulary of schema.org, as a data block that no browser runs.

    `card_url` is the address of the event's picture, empty where there is none.
    """
    data = _structured(event, offers, programme) | ({"image": [card_url]} if card_url else {})
    text = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False)
    # Characters that could end the block or begin another are written as JSON escapes.
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308 - each part is escaped


def _structured(event: Event, offers: list[SlotChoice], programme: list[ProgrammeItem]) -> dict[str, Any]:
    """Instants carry the venue's offset. The link to a stream is for participants only."""
    url = link("event", event.public_id)
    places: list[dict[str, Any]] = []
    if event.has_place:
        place: dict[str, Any] = {"@type": "Place", "name": event.venue.name or event.words.title}
        if address := _address(event):
            place["address"] = {"@type": "PostalAddress", **address}
        places.append(place)
    if event.has_stream:
        places.append({"@type": "VirtualLocation", "url": url})
    status = "EventCancelled" if event.is_cancelled else "EventScheduled"
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": event.words.title,
        "url": url,
        "startDate": event.starts_at.astimezone(event.zone).isoformat(),
        "endDate": event.ends_at.astimezone(event.zone).isoformat(),
        "eventStatus": f"https://schema.org/{status}",
        "eventAttendanceMode": f"https://schema.org/{MODES[Event.Format(event.format)]}",
        "location": places if len(places) > 1 else places[0],
        "description": summary(event),
        "inLanguage": event.words.language,
        "isAccessibleForFree": True,
        "organizer": {
            "@type": "Organization",
            "name": event.community.name,
            "url": link("community", event.community.slug),
        },
        "offers": [_offer(offer, url) for offer in offers if offer.slot.admission != Slot.Admission.INVITED],
    }
    talks = [(item, item.talk) for item in programme if item.talk]
    if talks:
        data["performer"] = _people(person for _item, talk in talks for person in talk.speakers)
        data["subEvent"] = [
            {
                "@type": "Event",
                "name": talk.title,
                "url": link("talk", event.public_id, talk.pk),
                "startDate": item.starts_at.astimezone(event.zone).isoformat(),
                "endDate": item.ends_at.astimezone(event.zone).isoformat(),
                "eventStatus": data["eventStatus"],
                "eventAttendanceMode": data["eventAttendanceMode"],
                "location": data["location"],
                "performer": _people(talk.speakers),
            }
            for item, talk in talks
        ]
    return data


def _address(event: Event) -> dict[str, str]:
    """The address as typed, with its prefecture and country where they are known."""
    address = {"streetAddress": event.venue.address} if event.venue.address else {}
    if event.place_code in PREFECTURES:
        address |= {"addressRegion": prefecture_name(event.place_code), "addressCountry": "JP"}
    return address


def _people(people: Iterable[User]) -> list[dict[str, str]]:
    """Each name once."""
    return [{"@type": "Person", "name": name} for name in dict.fromkeys(person.name for person in people)]


def _offer(offer: SlotChoice, url: str) -> dict[str, Any]:
    available = offer.slot.seats_left > 0 and (offer.slot.closes_at > offer.at)
    event = offer.event
    since = max(filter(None, (event.registration_opens_at, event.published_at or event.created_at)))
    return {
        "@type": "Offer",
        "validFrom": since.astimezone(offer.event.zone).isoformat(),
        "validThrough": offer.slot.closes_at.astimezone(offer.event.zone).isoformat(),
        "name": offer.slot.name,
        "price": 0,
        "priceCurrency": "JPY",
        "url": url,
        "availability": f"https://schema.org/{'InStock' if available else 'SoldOut'}",
    }
