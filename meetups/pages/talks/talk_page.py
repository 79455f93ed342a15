"""The page of a talk, also for people who were not there."""

import json
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from meetups.core import dates
from meetups.core.links import link
from meetups.core.texts.markdown import render as markdown
from meetups.core.texts.safe_text import host_of
from meetups.events.models import Event
from meetups.pages.events.share_image import can_be_drawn
from meetups.pages.sheets.event_cards import place_of
from meetups.pages.site.access import PageRequest, event_or_404
from meetups.pages.talks.slides_pdf import may_read_before
from meetups.speakers.models import CoSpeaker, Readiness, Talk
from meetups.speakers.programme.items import ProgrammeItem
from meetups.speakers.programme.timetable import timetable

SUMMARY = 140


@dataclass(frozen=True)
class TalkSpeaker:
    """A speaker with their introduction."""

    name: str
    bio: str


@require_safe
def talk(request: PageRequest, public_id: str, pk: int) -> HttpResponse:
    """Everything about one talk on the programme. Five queries, any size of programme; two more for a signed-in reader where
    slides are not public. Raises Http404 for every other talk.
    """
    event = event_or_404(request, public_id)
    item = next((item for item in timetable(event) if item.talk and item.talk.pk == pk), None)
    if item is None or item.talk is None:
        raise Http404
    shown = item.talk
    is_public = shown.slides_published_at is not None and not event.is_cancelled
    reads_before = shown.has_slides and not is_public and may_read_before(request, event, shown)
    speakers = _speakers(shown)
    context = {
        "event": event,
        "talk": shown,
        "item": item,
        "place": place_of(event, at=request.at),
        "speakers": speakers,
        "shows_slides": is_public or reads_before,
        "is_public": is_public,
        "host": host_of(shown.slides_url),
        "size": _size(shown) if is_public or reads_before else None,
        "is_over": event.is_over(request.at),
        "summary": _summary(shown, event),
        "preview_text": _preview_text(item, event),
        "url": link("talk", event.public_id, shown.pk),
        "card_url": link("event_card", event.public_id) if can_be_drawn(event) and event.published_at else "",
        "structured_data": _structured_data(item, event, speakers, is_public=is_public),
    }
    return render(request, "pages/talks/talk.html", context)


def _speakers(talk: Talk) -> list[TalkSpeaker]:
    """Each speaker with their own introduction. One more query, for the introduction of the talk's own speaker."""
    known = Readiness.objects.filter(talk=talk).first()
    joined: list[CoSpeaker] = talk.joined
    return [
        TalkSpeaker(talk.speaker.name, known.bio if known else ""),
        *(TalkSpeaker(one.person.name, one.bio) for one in joined if one.person),
    ]


def _size(talk: Talk) -> int | None:
    """The size of the PDF in octets; None where there is none."""
    try:
        return talk.slides_file.size if talk.slides_file else None
    except FileNotFoundError:
        return None


def _summary(talk: Talk, event: Event) -> str:
    """The beginning of the abstract as plain text; without an abstract, a sentence that names the event."""
    text = " ".join(strip_tags(markdown(talk.abstract)).split())
    if not text:
        return _("A talk at “%(event)s”.") % {"event": event.words.title}
    return text if len(text) <= SUMMARY else f"{text[: SUMMARY - 1]}…"


def _preview_text(item: ProgrammeItem, event: Event) -> str:
    """The text of a link preview below the title: who, where, when, and the beginning of the abstract."""
    assert item.talk is not None
    when = dates.full_day(item.starts_at, event.time_zone, event.words.language)
    return " · ".join((item.talk.speaker_names, event.words.title, when, _summary(item.talk, event)))


def _structured_data(item: ProgrammeItem, event: Event, speakers: list[TalkSpeaker], *, is_public: bool) -> SafeString:
    """The talk in the vocabulary of schema.org, as a data block that no browser runs."""
    text = json.dumps(_structured(item, event, speakers, is_public), cls=DjangoJSONEncoder, ensure_ascii=False)
    # Characters that could end the block or begin another are written as JSON escapes.
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308 - each part is escaped


def _structured(item: ProgrammeItem, event: Event, speakers: list[TalkSpeaker], is_public: bool) -> dict[str, Any]:
    talk = item.talk
    assert talk is not None
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": talk.title,
        "url": link("talk", event.public_id, talk.pk),
        "description": _summary(talk, event),
        "startDate": item.starts_at.astimezone(event.zone).isoformat(),
        "endDate": item.ends_at.astimezone(event.zone).isoformat(),
        "inLanguage": event.language,
        "performer": [{"@type": "Person", "name": speaker.name} for speaker in speakers],
        "superEvent": {"@type": "Event", "name": event.words.title, "url": link("event", event.public_id)},
    }
    if talk.themes:
        data["keywords"] = talk.themes
    if is_public:
        address = link("talk_pdf", event.public_id, talk.pk) if talk.slides_file else talk.slides_url
        data["workFeatured"] = {"@type": "PresentationDigitalDocument", "name": talk.title, "url": address}
    return data
