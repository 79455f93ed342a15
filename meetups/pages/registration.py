"""A person's registration."""

from django.http import HttpRequest, HttpResponse


def registration(request: HttpRequest, public_id: str) -> HttpResponse:
    return HttpResponse(status=501)


def slot(request: HttpRequest, public_id: str) -> HttpResponse:
    return HttpResponse(status=501)


def cancellation(request: HttpRequest, public_id: str) -> HttpResponse:
    return HttpResponse(status=501)
