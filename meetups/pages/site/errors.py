"""Error pages."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from meetups.pages.site.middleware import refusal


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The answer to a form from another site, or from a page that was open for too long."""
    return refusal(
        request, _("This page was open too long, or cookies are off. Reload it and send the form again."), 403
    )
