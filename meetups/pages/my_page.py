"""Everything a person is part of."""

from django.http import HttpRequest, HttpResponse


def my_page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=501)
