"""An event as a calendar file."""

from django.http import HttpRequest, HttpResponse


def event_calendar(request: HttpRequest, public_id: str) -> HttpResponse:
    return HttpResponse(status=501)
