"""Markdown as it will look."""

from django.http import HttpRequest, HttpResponse


def markdown_preview(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=501)
