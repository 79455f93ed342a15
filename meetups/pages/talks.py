"""Proposing a talk, confirming it, taking it back."""

from django.http import HttpRequest, HttpResponse


def proposal(request: HttpRequest, public_id: str) -> HttpResponse:
    return HttpResponse(status=501)


def confirmation(request: HttpRequest, pk: int) -> HttpResponse:
    return HttpResponse(status=501)


def withdrawal(request: HttpRequest, pk: int) -> HttpResponse:
    return HttpResponse(status=501)
