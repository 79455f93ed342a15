"""The pictures of an event: at the head of its page, and in its text."""

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from meetups.events.models import Event
from meetups.pages.site.access import event_or_404


@require_safe
def cover(request: HttpRequest, public_id: str, version: str) -> FileResponse:
    """A WebP of 1280×400, for who may see the event. A new cover has a new `version`, so browsers may keep this one."""
    event = event_or_404(request, public_id)
    if not version or version != event.cover_version:
        raise Http404
    return _webp(event, event.cover)


@require_safe
def picture(request: HttpRequest, public_id: str, name: str) -> FileResponse:
    """A picture of the text, for who may see the event. Each upload has a name of its own, so browsers may keep it."""
    event = event_or_404(request, public_id)
    return _webp(event, get_object_or_404(event.pictures, name=name).image)


def _webp(event: Event, file: FieldFile) -> FileResponse:
    try:
        answer = FileResponse(file.open("rb"), content_type="image/webp", filename="picture.webp")
    except FileNotFoundError:
        raise Http404 from None
    answer["Cache-Control"] = "public, max-age=86400" if event.is_open_to_all else "private, max-age=3600"
    return answer
