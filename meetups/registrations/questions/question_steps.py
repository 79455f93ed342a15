"""Steps that change the questions of a slot.

The caller holds the seat lock, so that two organizers do not lose each other's questions.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from meetups.core.errors import DomainError
from meetups.core.ids import public_id
from meetups.registrations.models import HeldPlace, Registration, Slot
from meetups.registrations.questions.questions import Question, QuestionKind, all_questions, questions_of

# People do not fill in a form that is longer.
MOST_ASKED = 20
MOST_EVER = 100
WITH_CHOICES = {QuestionKind.CHOICE, QuestionKind.MULTIPLE}


class TooManyQuestions(DomainError):
    message = _("A slot can have at most %(most)s questions. Remove one first.")


class ChoicesMissing(DomainError):
    message = _("Enter at least two answers to choose from, one per line.")


class QuestionIsGone(DomainError):
    message = _("Someone else has removed this question.")


@dataclass(frozen=True)
class QuestionPlan:
    """An organizer's settings for a question. `choices` apply only to single choice and several choices."""

    kind: QuestionKind
    label: str
    required: bool = False
    help: str = ""
    choices: tuple[str, ...] = ()

    def question(self, id: str = "") -> Question:  # noqa: A002 - the field's word
        """The question, as a new one if `id` is empty. Raises ChoicesMissing."""
        choices = tuple(dict.fromkeys(self.choices)) if self.kind in WITH_CHOICES else ()
        if self.kind in WITH_CHOICES and len(choices) < 2:
            raise ChoicesMissing
        return Question(id or public_id(), self.kind, self.label, self.required, self.help, choices)


def own_question(slot: Slot, id: str) -> Question:  # noqa: A002 - the field's word
    """The slot's own question `id`, if it asks it now. Raises QuestionIsGone."""
    found = next((one for one in questions_of(slot) if one.id == id and not one.is_for_all), None)
    if found is None:
        raise QuestionIsGone
    return found


def refuse_too_many(slot: Slot) -> None:
    """Raises TooManyQuestions where no more questions fit."""
    if len(questions_of(slot)) >= MOST_ASKED:
        raise TooManyQuestions(most=MOST_ASKED)


def with_room(slot: Slot) -> list[Question]:
    """All questions of the slot, where it may ask one more. Raises TooManyQuestions.

    A retired question without any answer need not be remembered once there are many.
    """
    refuse_too_many(slot)
    known = all_questions(slot)
    if len(known) >= MOST_EVER:
        known = [one for one in known if not one.retired or answers_to(slot, one.id)]
    if len(known) >= MOST_EVER:
        raise TooManyQuestions(most=MOST_EVER)
    return known


def put(slot: Slot, questions: list[Question]) -> None:
    """Stores all questions of the slot, in this order."""
    slot.questions = [question.as_json() for question in questions]
    slot.save(update_fields=["questions"])


def exchange(slot: Slot, question: Question) -> None:
    """Puts `question` in the place of the question with the same id."""
    put(slot, [question if one.id == question.id else one for one in all_questions(slot)])


def answers_to(slot: Slot, id: str) -> int:  # noqa: A002 - the field's word
    """How many answers exist, from everyone who ever registered or has a held place."""
    registrations = Registration.objects.filter(slot=slot, answers__has_key=id)
    return registrations.count() + HeldPlace.objects.held().filter(slot=slot, answers__has_key=id).count()
