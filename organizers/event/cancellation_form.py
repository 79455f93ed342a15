"""The form that cancels an event."""

from django import forms
from django.utils.translation import gettext_lazy

from meetups.core.texts.safe_text import validate_visible


class CancellationForm(forms.Form):
    """The reason stands in the mail and on the page."""

    reason = forms.CharField(
        label=gettext_lazy("Why? (optional)"),
        max_length=500,
        required=False,
        validators=[validate_visible],
        help_text=gettext_lazy("It’s in the email and on the event page, in your own words."),
    )
