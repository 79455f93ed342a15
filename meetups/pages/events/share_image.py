"""The picture in link previews of an event."""

import hashlib

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import etag, require_safe

from meetups.core import dates
from meetups.events.models import Event
from meetups.pages.events.share_image_drawing import CardSheet, can_write, draw
from meetups.pages.site.access import event_or_404


def can_be_drawn(event: Event) -> bool:
    """Whether this machine has a font for what the card says."""
    return can_write(f"{event.title}{event.community.name}{'月' if event.language == 'ja' else ''}")


def _sheet(event: Event) -> CardSheet:
    """The words of the card, in the event's own language, because a link preview has no reader yet."""
    language = event.language
    return CardSheet(
        month=dates.month(event.starts_at, event.time_zone, language),
        day=str(event.starts_at.astimezone(event.zone).day),
        weekday=dates.weekday(event.starts_at, event.time_zone, language),
        community=event.community.name,
        title=event.title,
        when=dates.event_time(event.starts_at, event.ends_at, event.time_zone, language),
        cancelled=event.is_cancelled,
    )


def _etag(request: HttpRequest, public_id: str) -> str:
    return f'"{hashlib.sha256(repr(_sheet(event_or_404(request, public_id))).encode()).hexdigest()[:32]}"'


@require_safe
@etag(_etag)
def card(request: HttpRequest, public_id: str) -> HttpResponse:
    """A PNG of 1200×630. 404 where no font of this machine can write the title."""
    event = event_or_404(request, public_id)
    if not can_be_drawn(event):
        raise Http404
    response = HttpResponse(draw(_sheet(event)), content_type="image/png")
    response["Cache-Control"] = "public, max-age=600" if event.is_open_to_all else "private, no-cache"
    return response
