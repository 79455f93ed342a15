"""A community asks a person to help run it."""

from django.http import HttpRequest, HttpResponse


def invitation(request: HttpRequest, token: str) -> HttpResponse:
    return HttpResponse(status=501)
