"""The pictures in link previews of events, communities and the site."""

import hashlib

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import etag, require_safe

from meetups.communities.models import Community
from meetups.core import dates
from meetups.events.event_words import words_of
from meetups.events.models import Event
from meetups.events.venue import venue_of
from meetups.pages.events.share_image_drawing import CardSheet, can_write, draw
from meetups.pages.events.share_image_paper import face_of
from meetups.pages.site.access import event_or_404


def can_be_drawn(event: Event) -> bool:
    """Whether this machine has a font for what the card says."""
    words = event.words
    return can_write(f"{words.title}{event.community.name}{'月' if words.language == 'ja' else ''}")


def _sheet(request: HttpRequest, public_id: str) -> CardSheet:
    """The words of the card: in the event's own language, or in the other where `?lang=` asks for it and they are there.

    A link preview has no reader whose language could be known.
    """
    event = event_or_404(request, public_id)
    words = words_of(event, request.GET.get("lang", event.language))
    language = words.language
    day = dates.day(event.starts_at, event.time_zone, language)
    with translation.override(language):
        online = _("Online")
    return CardSheet(
        month=dates.month(event.starts_at, event.time_zone, language),
        day=str(event.starts_at.astimezone(event.zone).day),
        weekday=dates.weekday(event.starts_at, event.time_zone, language),
        community=event.community.name,
        title=words.title,
        when=f"{day} {dates.time_range(event.starts_at, event.ends_at, event.time_zone, language)}",
        place=venue_of(event, language).name if event.has_place else online,
        hook=words.hook,
        face=face_of(event.community),
        cancelled=event.is_cancelled,
    )


def _etag(request: HttpRequest, public_id: str) -> str:
    return f'"{hashlib.sha256(repr(_sheet(request, public_id)).encode()).hexdigest()[:32]}"'


@require_safe
@etag(_etag)
def card(request: HttpRequest, public_id: str) -> HttpResponse:
    """A PNG of 1200×630. 404 where no font of this machine can write the title."""
    event = event_or_404(request, public_id)
    if not can_be_drawn(event):
        raise Http404
    return _picture(_sheet(request, public_id), "public, max-age=600" if event.is_open_to_all else "private, no-cache")


@require_safe
def community_card(request: HttpRequest, slug: str) -> HttpResponse:
    """The picture of a community: its name and motto. 404 where no font of this machine can write them."""
    community = get_object_or_404(Community, slug=slug)
    sheet = CardSheet("", "", "", "", community.name, "", settings.SITE_NAME, community.motto, face_of(community))
    return _written(sheet, f"{community.name}{community.motto}{community.letter}")


@require_safe
def site_card(request: HttpRequest) -> HttpResponse:
    """The picture of the site, in its own language."""
    with translation.override(settings.LANGUAGE_CODE):
        greeting = _("Small meetups for those who have something to say and those who want to hear it.")
    return _written(CardSheet("", "", "", "", settings.SITE_NAME, "", "", greeting), greeting)


def _written(sheet: CardSheet, text: str) -> HttpResponse:
    if not can_write(text):
        raise Http404
    return _picture(sheet, "public, max-age=600")


def _picture(sheet: CardSheet, cache_control: str) -> HttpResponse:
    response = HttpResponse(draw(sheet), content_type="image/png")
    response["Cache-Control"] = cache_control
    return response
