"""What sign-up asks for besides the address."""

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.texts.safe_text import validate_visible


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
