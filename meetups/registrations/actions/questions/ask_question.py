"""A slot gets a new question for people who register."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.registrations.models import Slot
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.questions.question_steps import QuestionPlan, put, with_room
from meetups.registrations.questions.questions import Question
from meetups.registrations.refusals import refuse_what_is_over
from meetups.registrations.slot_settings import note


def ask_question(*, slot: Slot, plan: QuestionPlan, at: datetime, by: User) -> Question:
    """Adds a question after the others. People who register from now on are asked.

    Raises EventClosed, TooManyQuestions, ChoicesMissing.
    """
    with seats_of(slot.event, at=at) as seats:
        slot = seats.slots[slot.pk]
        refuse_what_is_over(seats.event, at)
        known = with_room(slot)
        question = plan.question()
        put(slot, [*known, question])
        note(seats, slot, "ask_question", at=at, by=by, question=question.id)
        return question
