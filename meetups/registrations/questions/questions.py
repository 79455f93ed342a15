"""The questions that a slot asks of people who register. Pure functions.

Questions are stored in `Slot.questions` as JSON, and answers in `Registration.answers` by the question's id. So a form is read
with its slot, and a list of a thousand people with their answers costs no extra query.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from meetups.core.errors import DomainError
from meetups.registrations.models import Slot

LONGEST_TEXT = 2000


class QuestionKind(StrEnum):
    TEXT = "text"
    CHOICE = "choice"
    MULTIPLE = "multiple"
    CONSENT = "consent"

    @property
    def label(self) -> str:
        return str(LABELS[self])


LABELS = {
    QuestionKind.TEXT: pgettext_lazy("question", "Text"),
    QuestionKind.CHOICE: pgettext_lazy("question", "Single choice"),
    QuestionKind.MULTIPLE: pgettext_lazy("question", "Several choices"),
    QuestionKind.CONSENT: pgettext_lazy("question", "Consent"),
}


class AnswerMissing(DomainError):
    message = _("Answer “%(question)s”, then submit the form again.")
    status = 422


class AnswerNotOffered(DomainError):
    message = _("The choices for “%(question)s” have changed. Reload the page and choose again.")
    status = 422


@dataclass(frozen=True)
class Question:
    """A question of a slot. `id` never changes and is never used again in its slot.

    `choices` apply to single choice and several choices. A retired question is no longer asked, but its answers stay readable.
    """

    id: str
    kind: QuestionKind
    label: str
    required: bool = False
    help: str = ""
    choices: tuple[str, ...] = field(default=())
    retired: bool = False

    @property
    def is_for_all(self) -> bool:
        """Whether the whole event asks it, and not one slot."""
        return self.id.startswith(Slot.FOR_ALL)

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"kind": str(self.kind), "choices": list(self.choices)}


def all_questions(slot: Slot) -> list[Question]:
    """Every question the slot ever asked, in order."""
    return [
        Question(**(one | {"kind": QuestionKind(one["kind"]), "choices": tuple(one["choices"])}))
        for one in slot.questions
    ]


def questions_of(slot: Slot) -> list[Question]:
    """The questions that the slot asks now, in order."""
    return [question for question in all_questions(slot) if not question.retired]


def checked(slot: Slot, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers as they are stored: text, the choice, a list of choices, or True. Answers to anything else are left out.

    Raises AnswerMissing, AnswerNotOffered.
    """
    return {
        question.id: answer
        for question in questions_of(slot)
        if (answer := _checked(question, answers.get(question.id))) not in (None, "", [], False)
    }


def fitting_answers(questions: Iterable[Question], answers: Mapping[str, Any]) -> dict[str, Any]:
    """What of `answers` fits these questions. The others stay open, required or not: such answers come from a file (RULES 253)."""
    kept: dict[str, Any] = {}
    for question in questions:
        if question.id in answers:
            try:
                kept[question.id] = _checked(question, answers[question.id])
            except (AnswerMissing, AnswerNotOffered):
                continue
    return kept


def _checked(question: Question, answer: Any) -> Any:
    if question.kind == QuestionKind.TEXT:
        answer = str(answer or "").strip()[:LONGEST_TEXT]
    elif question.kind == QuestionKind.CONSENT:
        answer = answer is True
    else:
        chosen = (answer if isinstance(answer, list) else [answer]) if answer else []
        if not set(chosen) <= set(question.choices):
            raise AnswerNotOffered(question=question.label)
        answer = list(dict.fromkeys(chosen)) if question.kind == QuestionKind.MULTIPLE else next(iter(chosen), "")
    if question.required and not answer:
        raise AnswerMissing(question=question.label)
    return answer


def carry_answers_over(old: Slot, new: Slot, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers that go along from one slot to another: those to questions that both ask in the same words and kind."""
    given = {(one.label, one.kind): answers[one.id] for one in all_questions(old) if one.id in answers}
    kept: dict[str, Any] = {}
    for question in questions_of(new):
        answer = given.get((question.label, question.kind))
        chosen = answer if isinstance(answer, list) else [answer]
        if answer and (not question.choices or set(chosen) <= set(question.choices)):
            kept[question.id] = answer
    return kept


def answer_text(answer: Any) -> str:
    """An answer as text for lists and files; empty where there is none."""
    if answer is True:
        return str(_("Yes"))
    return pgettext("list", ", ").join(answer) if isinstance(answer, list) else str(answer or "")
