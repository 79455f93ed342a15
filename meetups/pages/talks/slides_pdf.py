"""The PDF of a talk, served so that nothing in it can act on this site."""

from hashlib import sha256

from django.http import FileResponse, Http404, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, quote_etag
from django.views.decorators.http import require_safe

from meetups.accounts.second_factor import has_shown_factor
from meetups.communities.permissions import Permission
from meetups.events.models import Event
from meetups.pages.site.access import PageRequest, event_or_404
from meetups.speakers.models import Talk


@require_safe
def slides(request: PageRequest, public_id: str, pk: int) -> HttpResponseBase:
    """The slides of a talk. Published slides are for every reader of the event; before, they are for its speakers and for
    organizers.

    We set the content type and never guess it. The file runs in a sandbox without the rights of this site. The browser asks each
    time whether it may still show its copy, so slides that are taken down disappear at once. With `?download` the browser saves
    the file, because some browsers show nothing of a PDF with scripts in a sandbox.
    """
    event = event_or_404(request, public_id)
    talk = get_object_or_404(Talk, event=event, pk=pk)
    is_public = talk.state == Talk.State.CONFIRMED and talk.slides_published_at is not None and not event.is_cancelled
    if not talk.slides_file or not (is_public or may_read_before(request, event, talk)):
        raise Http404
    etag = quote_etag(sha256(str(talk.slides_file.name).encode()).hexdigest()[:32])
    response = get_conditional_response(request, etag=etag) or _file(talk, keep="download" in request.GET)
    response["ETag"] = etag
    for_all = is_public and event.is_open_to_all
    response["Cache-Control"] = "public, no-cache" if for_all else "private, no-cache"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["X-Robots-Tag"] = "noindex"
    return response


def may_read_before(request: PageRequest, event: Event, talk: Talk) -> bool:
    """Whether the reader holds the talk or decides about talks in the community, with their second factor (RULES 128)."""
    if not request.user.is_authenticated:
        return False
    return Talk.objects.held_by(request.user).filter(pk=talk.pk).exists() or (
        Event.objects.manageable_by(request.user, Permission.DECIDE_TALKS, at=request.at).filter(pk=event.pk).exists()
        and has_shown_factor(request, request.user, at=request.at, event=lambda: event)
    )


def _file(talk: Talk, *, keep: bool) -> FileResponse:
    try:
        opened = talk.slides_file.open("rb")
    except FileNotFoundError as missing:
        raise Http404 from missing
    response = FileResponse(opened, content_type="application/pdf")
    response["Content-Length"] = str(talk.slides_file.size)
    response["Content-Disposition"] = content_disposition_header(keep, talk.slides_name or "slides.pdf") or "attachment"
    return response
