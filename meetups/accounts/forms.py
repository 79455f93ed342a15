"""An address as people type it, and what sign-up asks for besides it."""

import unicodedata
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.texts.safe_text import validate_visible


def plain_address(text: str) -> str:
    """The address in ASCII letters: a Japanese keyboard makes wide ones, and its full stop stands for the dot (RULES 154)."""
    return unicodedata.normalize("NFKC", text).replace("。", ".").strip()


class AddressField(forms.EmailField):
    """An address by mail, in narrow or wide letters. Browsers refuse wide ones in a field of type `email`, so it is one for text.

    With `autocomplete="off"` it asks for the address of another person, and browsers do not offer one's own.
    """

    def __init__(self, *, autocomplete: str = "email", **options: Any) -> None:
        attributes = {
            "inputmode": "email",
            "autocomplete": autocomplete,
            "autocapitalize": "off",
            "spellcheck": "false",
        }
        super().__init__(**{"max_length": 254, "widget": forms.TextInput(attrs=attributes), **options})

    def to_python(self, value: Any) -> str:
        """The text in narrow letters."""
        return str(super().to_python(plain_address(value) if isinstance(value, str) else value))


def digits_of(text: str) -> str:
    """The digits of a code: people and phones write spaces and hyphens between them, and Japanese keyboards make wide ones."""
    return "".join(str(int(letter)) for letter in text if letter.isdecimal())


class CodeForm(forms.Form):
    """The six digits of the code."""

    code = forms.CharField(
        label=_("Code"),
        max_length=24,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}),
    )

    def clean_code(self) -> str:
        """Only the digits."""
        return digits_of(self.cleaned_data["code"])


class NameForm(forms.Form):
    """The name that others see. allauth puts these fields into its own sign-up form and calls `signup`."""

    name = forms.CharField(
        label=_("Name"),
        max_length=60,
        validators=[validate_visible],
        help_text=_("Shown to organizers, and to everyone registered, speaking or volunteering at the same event."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    field_order = ("name", "email", "password1")

    def signup(self, request: HttpRequest, user: User) -> None:
        """Nothing: `SignUpForm` keeps the name until the address is proved."""
