"""Taking a shift and stepping down from it."""

from django.http import HttpRequest, HttpResponse


def signup(request: HttpRequest, public_id: str, pk: int) -> HttpResponse:
    return HttpResponse(status=501)


def step_down(request: HttpRequest, public_id: str, pk: int) -> HttpResponse:
    return HttpResponse(status=501)
