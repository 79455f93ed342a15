"""A community's page."""

from django.http import HttpRequest, HttpResponse


def community(request: HttpRequest, slug: str) -> HttpResponse:
    return HttpResponse(status=501)
