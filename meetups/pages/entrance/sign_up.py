"""Signing up: what is typed waits in the session until the address is proved in the same browser (RULES 120)."""

from dataclasses import asdict

from allauth.account.forms import SignupForm
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from meetups.accounts.actions.begin_sign_up import begin_sign_up
from meetups.accounts.actions.finish_sign_up import Typed, finish_sign_up
from meetups.accounts.models import User
from meetups.accounts.verified_emails import unproved_account
from meetups.pages.entrance.addresses import WideAddresses

TYPED = "typed_at_sign_up"


class SignUpForm(WideAddresses, SignupForm):  # type: ignore[misc]  # allauth brings no types
    """allauth's form. An address that was never proved is free for everyone who can prove it."""

    account_already_exists: bool

    def validate_unique_email(self, value: str) -> str:
        """Marks the address as taken only where an account has proved it."""
        email: str = super().validate_unique_email(value)
        if self.account_already_exists and unproved_account(email):
            self.account_already_exists = False
        return email

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Like allauth's. An address that is proved while the form is on its way counts as taken."""
        try:
            answer: tuple[User | None, HttpResponse | None] = super().try_save(request)
        except IntegrityError:
            self.account_already_exists = True
            answer = super().try_save(request)
        return answer

    def save(self, request: HttpRequest) -> User:
        """Makes an account that knows nothing but the address. The rest stays in the session."""
        language = get_language() or "en"
        person = begin_sign_up(email=self.cleaned_data["email"], language=language)
        typed = Typed(self.cleaned_data["name"], language, make_password(self.cleaned_data["password1"]))
        request.session[TYPED] = {"person": person.pk, **asdict(typed)}
        return person


def keep_what_was_typed(request: HttpRequest, address: EmailAddress) -> None:
    """Gives the account what was typed in this browser. To be called when `address` has just been proved here."""
    typed = request.session.pop(TYPED, None)
    if typed and typed.pop("person") == address.user_id:
        finish_sign_up(person=address.user, typed=Typed(**typed))
