"""The picture that links to an event show."""

from django.http import HttpRequest, HttpResponse


def card(request: HttpRequest, public_id: str) -> HttpResponse:
    return HttpResponse(status=501)
