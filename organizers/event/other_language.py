"""An event's title, hook, text and venue in a second language (RULES 214, 251)."""

import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from meetups.core.texts.markdown import LONGEST_TEXT
from meetups.core.texts.safe_text import validate_visible
from organizers.desk.fields import MarkdownField

LONGEST_WAY_IN = 600
# Two lines of 40 wide letters each, or of 80 narrow ones.
HOOK_LINES, HOOK_WIDTH = 2, 160


class OtherLanguageFields(forms.Form):
    """Fields of Event for readers of the other language. Hook and text need a title beside them; the venue needs none."""

    other_title = forms.CharField(
        label=gettext_lazy("Title in the other language"), max_length=120, required=False, validators=[validate_visible]
    )
    other_hook = forms.CharField(
        label=gettext_lazy("In two lines in the other language"),
        max_length=HOOK_WIDTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": HOOK_LINES}),
    )
    other_description = MarkdownField(
        label=gettext_lazy("Description in the other language"),
        max_length=LONGEST_TEXT,
        required=False,
        rows=8,
        help_text=gettext_lazy("If blank: readers see the first text, and a line that says its language."),
    )
    other_venue_name = forms.CharField(
        label=gettext_lazy("Venue in the other language"), max_length=120, required=False, validators=[validate_visible]
    )
    other_venue_address = forms.CharField(
        label=gettext_lazy("Address in the other language"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    other_venue_directions = forms.CharField(
        label=gettext_lazy("The way in, in the other language"),
        max_length=LONGEST_WAY_IN,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    other_venue_conduct = MarkdownField(
        label=gettext_lazy("The venue’s code of conduct in the other language"),
        max_length=LONGEST_TEXT,
        required=False,
        rows=2,
        help_text=gettext_lazy("A link, or Markdown."),
    )

    def clean_other_hook(self) -> str:
        """The lines without what surrounds them."""
        return two_lines(str(self.cleaned_data["other_hook"]))

    def clean(self) -> dict[str, Any]:
        """Refuses words without a title."""
        cleaned = super().clean() or self.cleaned_data
        if (cleaned.get("other_hook") or cleaned.get("other_description")) and not cleaned.get("other_title"):
            self.add_error("other_title", _("Write the title in this language, too."))
        return cleaned

    @property
    def has_other_language(self) -> bool:
        """Whether the fold with these fields is open: something stands in it, or is wrong."""
        return any(self[name].value() or self[name].errors for name in OtherLanguageFields.base_fields)


def two_lines(text: str) -> str:
    """A hook as it is stored."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for line in lines:
        validate_visible(line)
    hook = "\n".join(lines)
    if len(lines) > HOOK_LINES:
        raise forms.ValidationError(_("Two lines at most."))
    if sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in hook) > HOOK_WIDTH:
        raise forms.ValidationError(_("That’s too long for two lines. Make it shorter."))
    return hook
