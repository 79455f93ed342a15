"""The form that cancels an event or a shift."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from meetups.core.texts.safe_text import validate_visible


class CancellationForm(forms.Form):
    """People who hear of it read the reason. `where` says so."""

    reason = forms.CharField(
        label=gettext_lazy("Reason for canceling"),
        max_length=500,
        required=False,
        validators=[validate_visible],
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *given: Any, where: str, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["reason"].help_text = where
