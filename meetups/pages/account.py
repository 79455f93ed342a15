"""A person's own settings."""

from django.http import HttpRequest, HttpResponse


def language(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=501)


def profile(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=501)
