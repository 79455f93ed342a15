"""Requests that are larger than their page takes are refused before their body is read (RULES 175)."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from meetups.core.security_log import SecurityEvent, record_security
from meetups.pages.site.middleware import refusal

AT_ONCE = 64 * 1024


class BodySize:
    """Stands before everything that reads a form. Only people who are signed in send more than a form.

    What a browser goes on sending is thrown away unread, up to BODY_OCTETS_DISCARDED: a connection that ends in the middle
    shows people an error of the browser instead of our sentence. Bodies without a length are not read at all.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: Any, _args: Any, _kwargs: Any) -> HttpResponse | None:
        if "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower():
            return refusal(request, _("This request doesn’t say how large it is. Send it from a browser."), 411)
        octets = _octets(request)
        if octets <= settings.BODY_OCTETS:
            return None
        page = (request.resolver_match and request.resolver_match.url_name) or ""
        fits = octets <= settings.BODY_OCTETS_AT.get(page, settings.BODY_OCTETS)
        # Who it is, only a large request needs to know: the question may cost a query.
        if fits and request.user.is_authenticated:
            return None
        record_security(SecurityEvent.LIMIT_REACHED, reason="body_size")
        if octets <= settings.BODY_OCTETS_DISCARDED:
            _discard(request, octets)
        why = _("You’re not signed in, so we can’t take your files. Sign in, then send them again.")
        if not fits:
            why = _("What you sent is too large for this page. Choose a smaller file.")
        response = refusal(request, why, 413)
        response["Connection"] = "close"
        return response


def _octets(request: HttpRequest) -> int:
    """What the request says of itself. gunicorn and Django read no further than that."""
    said = request.META.get("CONTENT_LENGTH") or "0"
    return int(said) if said.isascii() and said.isdigit() else 0


def _discard(request: HttpRequest, octets: int) -> None:
    while octets > 0 and (read := request.META["wsgi.input"].read(min(octets, AT_ONCE))):
        octets -= len(read)
