"""A question of a slot is changed."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.core.versions import refuse_what_has_changed
from meetups.registrations.models import Slot
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.questions.question_steps import QuestionPlan, answers_to, exchange, own_question
from meetups.registrations.questions.questions import Question
from meetups.registrations.refusals import KindIsAnswered, refuse_what_is_over
from meetups.registrations.slot_settings import note, question_version


def change_question(
    *,
    slot: Slot,
    id: str,  # noqa: A002 - the field's word
    plan: QuestionPlan,
    seen: str | None = None,
    at: datetime,
    by: User,
) -> Question:
    """Changes the question `id`. Given answers stay as they are, even if a choice is no longer offered.

    `seen` is the `question_version` that the form was filled from. Raises EventClosed, QuestionIsGone, ChangedMeanwhile,
    ChoicesMissing, KindIsAnswered.
    """
    with seats_of(slot.event, at=at) as seats:
        slot = seats.slots[slot.pk]
        refuse_what_is_over(seats.event, at)
        before = own_question(slot, id)
        refuse_what_has_changed(seen, question_version(before))
        question = plan.question(id)
        if question == before:
            return before
        if question.kind != before.kind and (answers := answers_to(slot, id)):
            raise KindIsAnswered(answers=answers)
        exchange(slot, question)
        note(seats, slot, "change_question", at=at, by=by, question=id)
        return question
