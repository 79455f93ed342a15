"""Questions for the whole event: each is the same question, with one id, on every slot (RULES 240). Steps; the caller holds the seat lock."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from meetups.core.ids import public_id
from meetups.registrations.models import Slot
from meetups.registrations.questions.question_steps import QuestionIsGone, QuestionPlan, put, with_room
from meetups.registrations.questions.questions import Question, all_questions, questions_of


def event_questions(slots: Iterable[Slot]) -> list[Question]:
    """Each once, those that are no longer asked included. Every slot has them all."""
    found = {one.id: one for slot in slots for one in all_questions(slot) if one.is_for_all}
    return list(found.values())


def asked_of_all(slots: Iterable[Slot], id: str) -> Question:  # noqa: A002 - the field's word
    """The question `id`, if the event asks it now. Raises QuestionIsGone."""
    found = next((one for one in event_questions(slots) if one.id == id and not one.retired), None)
    if found is None:
        raise QuestionIsGone
    return found


def new_question(plan: QuestionPlan) -> Question:
    """Raises ChoicesMissing."""
    return plan.question(f"{Slot.FOR_ALL}{public_id()}")


def put_on_all(slots: Iterable[Slot], question: Question) -> None:
    """Each slot has the question, in the place of the one with its id or after the others. Raises TooManyQuestions where a slot that
    doesn't ask it now has no room for it."""
    for slot in slots:
        is_asked = any(one.id == question.id for one in questions_of(slot))
        known = all_questions(slot) if is_asked or question.retired else with_room(slot)
        if any(one.id == question.id for one in known):
            put(slot, [question if one.id == question.id else one for one in known])
        else:
            put(slot, [*known, question])


def is_unanswered(questions: Iterable[Question], answers: dict[str, Any]) -> bool:
    """Whether one of these questions, as far as it is asked, has no answer."""
    return any(one.id not in answers for one in questions if one.is_for_all and not one.retired)


def answerable_until(slot: Slot, starts_at: datetime) -> datetime:
    """Until when answers in this slot can be given: until it closes, and what is asked of everyone until the event starts."""
    asks_all = any(one.is_for_all and not one.retired for one in all_questions(slot))
    return max(slot.closes_at, starts_at) if asks_all else slot.closes_at
