"""The fields with which organizers choose how their community is recognised."""

from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from meetups.communities.identity import Hue, Pattern, hue_of, letter_of, one_letter, pattern_of
from meetups.communities.models import Community
from meetups.communities.patterns import svg

FACE = ("chosen_hue", "chosen_letter", "chosen_pattern")


class SwatchSelect(forms.RadioSelect):
    """A choice among things to look at. `swatches` has the drawing of each value."""

    template_name = "forms/swatches.html"
    swatches: dict[str, SafeString]

    def create_option(self, name: str, value: Any, *args: Any, **options: Any) -> dict[str, Any]:
        """Adds the drawing of `value`."""
        return {**super().create_option(name, value, *args, **options), "swatch": self.swatches[str(value)]}


class FaceForm(forms.Form):
    """Hue, letter and pattern. What is left to the site comes from slug and name (RULES 141)."""

    chosen_hue = forms.ChoiceField(label=gettext_lazy("Color"), required=False, widget=SwatchSelect)
    chosen_letter = forms.CharField(
        label=gettext_lazy("Letter of the seal"),
        required=False,
        widget=forms.TextInput(attrs={"class": "letter", "autocomplete": "off"}),
    )
    chosen_pattern = forms.ChoiceField(label=gettext_lazy("Pattern"), required=False, widget=SwatchSelect)

    def __init__(self, *args: Any, community: Community, **options: Any) -> None:
        super().__init__(*args, **options)
        own_hue, own_pattern = hue_of(community.slug), pattern_of(community.slug)
        hues = {"": own_hue, **dict.fromkeys(Hue.values)}
        patterns = {"": own_pattern, **dict.fromkeys(Pattern.values)}
        self._offer("chosen_hue", Hue(own_hue), Hue.choices, {
            value: _seal(own or value, community.letter) for value, own in hues.items()
        })  # fmt: skip
        self._offer("chosen_pattern", Pattern(own_pattern), Pattern.choices, {
            value: _paper(own or value, community, place=value or "own") for value, own in patterns.items()
        })  # fmt: skip
        self.fields["chosen_letter"].help_text = _("One letter or digit. If blank: “%(letter)s”, from the name.") % {
            "letter": letter_of(community.name)
        }

    def _offer(self, name: str, own: Hue | Pattern, choices: list[Any], swatches: dict[str, SafeString]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        assert isinstance(field.widget, SwatchSelect)
        field.choices = [("", _("Automatic (%(choice)s)") % {"choice": own.label}), *choices]
        field.widget.swatches = swatches

    def clean_chosen_letter(self) -> str:
        """The letter as it stands on the seal."""
        return one_letter(self.cleaned_data["chosen_letter"])


def _seal(hue: str, letter: str) -> SafeString:
    return format_html('<span class="seal mini" data-hue="{}" aria-hidden="true">{}</span>', hue, letter)


def _paper(pattern: str, community: Community, *, place: str) -> SafeString:
    drawing = mark_safe(svg(pattern, community.pattern_scale, place=place))  # noqa: S308 - numbers and our own names
    return format_html('<span class="swatch-paper" data-hue="{}">{}</span>', community.hue, drawing)
