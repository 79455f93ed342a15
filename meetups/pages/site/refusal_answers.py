"""The answer of a page whose action was refused."""

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
    """The page with `refusal` as a sentence on it. The status is that of the refusal; with 503 a header says when to try again."""
    if refusal is not None:
        status = refusal.status
        # For the gate, which sends what was typed there and then shows the page anew.
        request.__dict__["refusal"] = refusal
    response = render(request, template, {**context, "refusal": refusal}, status=status)
    if status == 503:
        response["Retry-After"] = "3"
    return response
