"""A form that everyone may send: of a reader who is signed in it is acted upon, of others once they have typed a code."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

from django import forms
from django.http import HttpRequest, HttpResponse

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.pages.entrance.gate import ask_for_code, gate_of
from meetups.pages.site.refusal_answers import answer


class GatedForm:
    """A form with its gate, and what became of it: `refusal` is what was refused, and why."""

    def __init__(self, request: HttpRequest, form: forms.Form) -> None:
        self.request, self.form, self.gate = request, form, gate_of(request)
        self.refusal: DomainError | None = None

    def succeeds(self, action: Callable[[User], object]) -> bool:
        """Whether a reader who is signed in has sent a valid form, and the action has done it."""
        if self.gate or not self.form.is_valid():
            return False
        try:
            action(cast(User, self.request.user))
        except DomainError as refusal:
            self.refusal = refusal
        return self.refusal is None

    def code_asked(self, *, label: str, thing: str, at: datetime) -> HttpResponse | None:
        """The way to the page of the code, where another reader has sent a valid form with name and address."""
        if self.gate is None or not self.form.is_valid() or not self.gate.is_valid():
            return None
        try:
            return ask_for_code(self.request, self.gate, label=label, thing=thing, at=at)
        except DomainError as refusal:
            self.refusal = refusal
            return None

    def page(self, template: str, context: dict[str, Any]) -> HttpResponse:
        """The page of the form, with what is wrong."""
        status = 422 if self.request.method == "POST" else 200
        context = {**context, "form": self.form, "gate": self.gate}
        return answer(self.request, template, context, refusal=self.refusal, status=status)
