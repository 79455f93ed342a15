"""The questions of a slot as the fields of a form."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from meetups.registrations.questions.questions import LONGEST_TEXT, Question, QuestionKind


def name_of(question: Question) -> str:
    """The name of the question's field."""
    return f"answer-{question.id}"


def field_of(question: Question, given: Any = None) -> forms.Field:
    """The field that asks it, with the answer that was given before. An optional choice can be taken back."""
    shared: dict[str, Any] = {
        "label": question.label,
        "required": question.required,
        # A form prints its help as it is: markup in it is the product's own, and this is what somebody typed.
        "help_text": escape(question.help),
        "initial": given,
    }
    if question.kind == QuestionKind.CONSENT:
        refused = _("You need to agree to this to register in this slot.")
        return forms.BooleanField(error_messages={"required": refused}, **shared)
    choices = [(choice, choice) for choice in question.choices]
    if question.kind == QuestionKind.CHOICE:
        nothing = [] if question.required else [("", pgettext("choice", "No answer"))]
        return forms.ChoiceField(
            choices=[*choices, *nothing], widget=forms.RadioSelect, **shared | {"initial": given or ""}
        )
    if question.kind == QuestionKind.MULTIPLE:
        return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **shared)
    return forms.CharField(max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 2}), **shared)


def answers_in(questions: list[Question], cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """The answers of a valid form, by the question's id."""
    return {question.id: cleaned.get(name_of(question)) for question in questions}
