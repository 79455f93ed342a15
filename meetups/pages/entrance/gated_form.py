"""A form that everyone may send: of a reader who is signed in it is acted upon, of others once they have typed a code."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

from django import forms
from django.http import HttpRequest, HttpResponse

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.pages.entrance.gate import ask_for_code, gate_of
from meetups.pages.site.refusal_answers import Posted


class GatedForm(Posted):
    """A form, or one button, with its gate."""

    def __init__(self, request: HttpRequest, form: forms.Form | None = None) -> None:
        super().__init__(request, form)
        self.gate = gate_of(request)

    @property
    def reader(self) -> User:
        """The reader who is signed in, for the action."""
        return cast(User, self.request.user)

    def succeeds(self, action: Callable[[], object]) -> bool:
        """Whether a reader who is signed in has sent a valid form, and the action has done it."""
        return self.gate is None and super().succeeds(action)

    def code_asked(self, *, label: str, thing: str, at: datetime) -> HttpResponse | None:
        """The way to the page of the code, where another reader has sent a valid form with name and address."""
        if self.gate is None or not self.gate.is_valid() or (self.form is not None and not self.form.is_valid()):
            return None
        try:
            return ask_for_code(self.request, self.gate, label=label, thing=thing, at=at)
        except DomainError as refusal:
            self.refusal = refusal
            return None

    def page(self, template: str, context: dict[str, Any]) -> HttpResponse:
        """The page of the form, with what is wrong."""
        return super().page(template, {**context, "form": self.form, "gate": self.gate})
