"""How a page answers when it was refused."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from meetups.core.errors import DomainError


def answer(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    refusal: DomainError | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page, with `refusal` as a sentence on it and in its status; where trying again helps it says when."""
    if refusal is not None:
        status = refusal.status
    response = render(request, template, {**context, "refusal": refusal}, status=status)
    if status == 503:
        response["Retry-After"] = "3"
    return response
