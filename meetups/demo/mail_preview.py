"""Previews of every kind of mail, for people who write them. Production does not have these pages.

Each page makes a meetup with a message of every kind, and discards it again.
"""

import re

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.csp import CSP
from django.utils.translation import get_language
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from meetups.demo.mail_scenes.every_mail import READERS, SampleMail, every_mail
from meetups.demo.mailbox.views import frame_height, frame_mail

# A mail has its own style, and nothing else is allowed in it. Its links open outside the frame.
MAIL_CSP: dict[str, list[str]] = {
    "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
    "default-src": [CSP.NONE],
    "style-src": ["'unsafe-inline'"],
    "frame-ancestors": [CSP.SELF],
    "base-uri": [CSP.NONE],
}
PAGE_CSP: dict[str, list[str]] = {**settings.SECURE_CSP, "frame-src": [CSP.SELF]}
DARK_ONLY = re.compile(r"\(prefers-color-scheme:\s*dark\)")
# These replace the query for the reader's preferred scheme in the mail's style sheet.
SCHEMES = {"light": "not all", "dark": "all"}


@require_safe
def mail_previews(request: HttpRequest) -> HttpResponse:
    """All kinds, grouped by reader. `?language=ja`."""
    mails = every_mail(_language(request)).values()
    groups = [(reader, [sample for sample in mails if sample.reader == reader]) for reader in READERS]
    context = {"groups": groups, "count": len(mails), "chosen": _language(request)}
    return render(request, "mail/previews.html", context)


@require_safe
@csp_override(PAGE_CSP)
def mail_preview(request: HttpRequest, kind: str) -> HttpResponse:
    """One mail as HTML and as text. `?language=ja`, `?scheme=dark`."""
    sample = _sample(request, kind)
    context = {
        "sample": sample,
        "text": str(sample.mail.body),
        "height": frame_height(str(sample.mail.body)),
        "chosen": _language(request),
        "scheme": _scheme(request),
        "schemes": SCHEMES,
        "files": [str(part.get_filename()) for part in sample.mail.message().iter_attachments()],
    }
    return render(request, "mail/preview.html", context)


@require_safe
@xframe_options_sameorigin
@csp_override(MAIL_CSP)
def mail_preview_html(request: HttpRequest, kind: str) -> HttpResponse:
    """The HTML of one mail, for the frame of its page."""
    html = DARK_ONLY.sub(SCHEMES[_scheme(request)], _sample(request, kind).html)
    return HttpResponse(frame_mail(html))


def _sample(request: HttpRequest, kind: str) -> SampleMail:
    sample = every_mail(_language(request), only=kind).get(kind)
    if sample is None:
        raise Http404
    return sample


def _language(request: HttpRequest) -> str:
    """The language chosen for the mails, or else the language of the page."""
    language = request.GET.get("language", "")
    return language if language in dict(settings.LANGUAGES) else get_language() or settings.LANGUAGE_CODE


def _scheme(request: HttpRequest) -> str:
    scheme = request.GET.get("scheme", "")
    return scheme if scheme in SCHEMES else "light"
