"""A picture for the text of an event, in the form of the event but below it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from meetups.core.texts.safe_text import validate_visible
from meetups.events.picture_model import LONGEST_ALT

OF_THE_EVENT_FORM = {"form": "event-form"}


class PictureForm(forms.Form):
    """The fields belong to the form of the event, so that what is typed there is sent with them and nothing of it is lost."""

    picture = forms.FileField(
        label=gettext_lazy("Picture (JPEG, PNG or WebP, up to 15 MB)"),
        widget=forms.FileInput(attrs={**OF_THE_EVENT_FORM, "accept": "image/jpeg, image/png, image/webp"}),
        error_messages={"required": gettext_lazy("Choose a picture first.")},
    )
    picture_alt = forms.CharField(
        label=gettext_lazy("What does it show?"),
        max_length=LONGEST_ALT,
        validators=[validate_visible],
        widget=forms.TextInput(attrs=OF_THE_EVENT_FORM),
        error_messages={"required": gettext_lazy("Say in a few words what the picture shows.")},
        help_text=gettext_lazy("A few words for people who can’t see it. Emails have these words, too."),
    )
    # Where the cursor is in which of the two texts. The script of the page writes it.
    picture_in = forms.CharField(required=False, widget=forms.HiddenInput(attrs=OF_THE_EVENT_FORM))
    picture_at = forms.IntegerField(
        required=False, min_value=0, max_value=1_000_000, widget=forms.HiddenInput(attrs=OF_THE_EVENT_FORM)
    )

    def clean(self) -> dict[str, Any]:
        """A place that can't be read is the end of the text."""
        cleaned = super().clean() or self.cleaned_data
        for name in ("picture_in", "picture_at"):
            self.errors.pop(name, None)
        return cleaned
