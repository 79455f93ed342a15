"""A speaker says no to organizers, and why, if they like."""

from django import forms
from django.utils.translation import gettext_lazy


class DeclineForm(forms.Form):
    """An optional message to the organizers when declining."""

    word = forms.CharField(
        label=gettext_lazy("Message to the organizers"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
