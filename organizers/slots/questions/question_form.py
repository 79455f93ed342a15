"""The form of one question to people who register: of a slot, or of the whole event."""

from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from meetups.registrations.questions.question_steps import WITH_CHOICES, QuestionPlan
from meetups.registrations.questions.questions import Question, QuestionKind

MOST_CHOICES = 50
LONGEST_CHOICE = 100


def _kinds() -> list[tuple[str, str]]:
    return [(kind.value, kind.label) for kind in QuestionKind]


class QuestionForm(forms.Form):
    label = forms.CharField(
        label=gettext_lazy("Question"),
        max_length=200,
        help_text=gettext_lazy("For a consent: the sentence people agree to."),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Answer type"),
        choices=lazy(_kinds, list),
        widget=forms.RadioSelect,
        initial=QuestionKind.TEXT.value,
    )
    choices = forms.CharField(
        label=gettext_lazy("Choices"),
        max_length=MOST_CHOICES * (LONGEST_CHOICE + 2),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("One per line."),
    )
    required = forms.BooleanField(
        label=gettext_lazy("Answer required"),
        required=False,
        help_text=gettext_lazy("If consent is required, people who don’t agree can’t register."),
    )
    help = forms.CharField(label=pgettext_lazy("question", "Explanation"), max_length=300, required=False)

    def clean_choices(self) -> str:
        """The choices, one per line, without empty lines and without repetition."""
        lines = (line.strip() for line in self.cleaned_data["choices"].splitlines())
        choices = dict.fromkeys(line for line in lines if line)
        if any(len(choice) > LONGEST_CHOICE for choice in choices):
            raise forms.ValidationError(_("A choice can have at most %(most)s characters.") % {"most": LONGEST_CHOICE})
        if len(choices) > MOST_CHOICES:
            raise forms.ValidationError(_("Enter at most %(most)s choices.") % {"most": MOST_CHOICES})
        return "\n".join(choices)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("kind") in WITH_CHOICES and "choices" in cleaned and "\n" not in cleaned["choices"]:
            self.add_error("choices", _("Enter at least two answers to choose from, one per line."))
        return cleaned

    def plan(self) -> QuestionPlan:
        """The typed values as a plan."""
        typed = self.cleaned_data
        kind = QuestionKind(typed["kind"])
        choices = tuple(typed["choices"].splitlines())
        return QuestionPlan(kind, typed["label"], typed["required"], typed["help"], choices)


def typed(question: Question) -> dict[str, Any]:
    """The question as the form shows it."""
    return {
        "label": question.label,
        "kind": question.kind.value,
        "choices": "\n".join(question.choices),
        "required": question.required,
        "help": question.help,
    }
