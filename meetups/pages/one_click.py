"""The cancellation that a reminder links to."""

from django.http import HttpRequest, HttpResponse


def cancellation(request: HttpRequest, token: str) -> HttpResponse:
    return HttpResponse(status=501)
