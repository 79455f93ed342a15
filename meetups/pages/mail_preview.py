"""Every kind of mail as it looks, for those who write them; production does not have this page.

What is shown is the newest message of the kind in the database, composed now.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from meetups.core.letters import Content, letter
from meetups.notifications.kinds import KINDS
from meetups.notifications.models import Notification

# A mail brings its own style; nothing else is allowed in it.
MAIL_CSP: dict[str, list[str]] = {
    "default-src": [CSP.NONE],
    "style-src": ["'unsafe-inline'"],
    "frame-ancestors": [CSP.NONE],
    "base-uri": [CSP.NONE],
}


@require_safe
def mail_preview(request: HttpRequest, kind: str = "") -> HttpResponse:
    """The list of kinds, or one of them; `?language=ja`, `?text` for the plain text."""
    if not kind:
        return render(request, "mail/previews.html", {"kinds": sorted(KINDS), "languages": settings.LANGUAGES})
    return _mail(request, kind)


@csp_override(MAIL_CSP)
def _mail(request: HttpRequest, kind: str) -> HttpResponse:
    language = request.GET.get("language", "en")
    newest = Notification.objects.filter(kind=kind).select_related("recipient").order_by("-pk").first()
    with translation.override(language if language in dict(settings.LANGUAGES) else "en"):
        content = _content(newest) if newest else None
        if content is None:
            return HttpResponse(f"There is no message of the kind {kind} yet.", content_type="text/plain", status=404)
        mail = letter([content], to="reader@example.org", name="愛子")
    if "text" in request.GET:
        return HttpResponse(str(mail.body), content_type="text/plain; charset=utf-8")
    return HttpResponse(str(mail.alternatives[0][0]))


def _content(notification: Notification) -> Content | None:
    kind = KINDS.get(notification.kind)
    about = kind.about(notification) if kind else None
    return kind.compose(about, notification, timezone.now()) if kind and about is not None else None
