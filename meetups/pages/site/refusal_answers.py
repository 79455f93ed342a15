"""The answer of a page whose action was refused."""

from collections.abc import Callable
from typing import Any

from django import forms
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


class Posted:
    """What was sent to a page, with the form that it fills if there is one, and what became of it."""

    def __init__(self, request: HttpRequest, form: forms.Form | None = None) -> None:
        self.request, self.form = request, form
        self.refusal: DomainError | None = None
        self.result: Any = None

    def succeeds(self, action: Callable[[], object]) -> bool:
        """Whether something was sent, the form is valid, and the action has done it. `result` is what it returned."""
        if self.request.method != "POST" or (self.form is not None and not self.form.is_valid()):
            return False
        try:
            self.result = action()
        except DomainError as refusal:
            self.refusal = refusal
        return self.refusal is None

    def page(self, template: str, context: dict[str, Any]) -> HttpResponse:
        """The page; after a POST with what is wrong in its form, or with the refusal."""
        status = 422 if self.request.method == "POST" else 200
        return answer(self.request, template, context, refusal=self.refusal, status=status)
