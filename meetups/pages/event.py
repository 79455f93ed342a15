"""An event's page."""

from django.http import HttpRequest, HttpResponse


def event(request: HttpRequest, public_id: str) -> HttpResponse:
    return HttpResponse(status=501)
