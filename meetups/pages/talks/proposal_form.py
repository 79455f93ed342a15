"""The form for proposing a talk."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from meetups.core.texts.safe_text import validate_visible
from meetups.speakers.models import Proposal, Talk

USUAL_MINUTES = (5, 10, 20, 30, 45)
OTHER = "other"


class WordsForm(forms.Form):
    """Title and abstract of a talk."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=120, validators=[validate_visible])
    abstract = forms.CharField(
        label=gettext_lazy("What it’s about"),
        max_length=5_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("A few sentences are enough. Markdown works."),
    )


class ProposalForm(WordsForm):
    """A talk as its speaker proposes it."""

    minutes = forms.ChoiceField(label=gettext_lazy("Length"), widget=forms.RadioSelect, initial="20")
    other_minutes = forms.IntegerField(
        label=gettext_lazy("Another length, in minutes"), required=False, min_value=1, max_value=240
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        usual = [(str(minutes), _("%(minutes)d minutes") % {"minutes": minutes}) for minutes in USUAL_MINUTES]
        cast(forms.ChoiceField, self.fields["minutes"]).choices = [*usual, (OTHER, _("Another length"))]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("minutes") in {str(minutes) for minutes in USUAL_MINUTES}:
            # This field is not needed then, and browsers that can hide it do so.
            self.errors.pop("other_minutes", None)
        elif "other_minutes" not in self.errors and not cleaned.get("other_minutes"):
            self.add_error("other_minutes", _("Enter the number of minutes, from 1 to 240."))
        return cleaned

    @property
    def words(self) -> dict[str, Any]:
        """Title, abstract and minutes; only for a valid form."""
        minutes = self.cleaned_data["minutes"]
        return {
            "title": self.cleaned_data["title"],
            "abstract": self.cleaned_data["abstract"],
            "minutes": int(self.cleaned_data["other_minutes"] if minutes == OTHER else minutes),
        }


def typed(offered: Talk | Proposal) -> dict[str, Any]:
    """The proposal as initial values of the form: the inverse of `words`."""
    is_usual = offered.minutes in USUAL_MINUTES
    return {
        "title": offered.title,
        "abstract": offered.abstract,
        "minutes": str(offered.minutes) if is_usual else OTHER,
        "other_minutes": None if is_usual else offered.minutes,
    }
