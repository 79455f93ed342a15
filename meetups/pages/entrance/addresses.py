"""allauth's forms with an address, which understand wide letters too (RULES 154)."""

from typing import Any

from allauth.account.forms import LoginForm, ResetPasswordForm
from django import forms

from meetups.accounts.forms import plain_address


class WideAddresses(forms.Form):
    """For a form with `email` or `login`. Browsers refuse wide letters in a field of type `email`, so it becomes one for text."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if kwargs.get("data"):
            data = kwargs["data"] = kwargs["data"].copy()
            for name in {"email", "login"} & data.keys():
                data[name] = plain_address(data[name])
        super().__init__(*args, **kwargs)
        for name in {"email", "login"} & self.fields.keys():
            widget = self.fields[name].widget
            widget.input_type = "text"
            widget.attrs |= {"inputmode": "email", "autocapitalize": "off", "spellcheck": "false"}


class PasswordForm(WideAddresses, LoginForm):  # type: ignore[misc]  # allauth brings no types
    """Address and password."""


class ResetForm(WideAddresses, ResetPasswordForm):  # type: ignore[misc]  # allauth brings no types
    """The address whose password is forgotten."""
