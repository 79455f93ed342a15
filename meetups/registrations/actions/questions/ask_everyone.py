"""An event gets a new question for everyone, whatever their slot."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.events.models import Event
from meetups.history.models import record
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.questions.event_questions import new_question, put_on_all
from meetups.registrations.questions.question_steps import QuestionPlan
from meetups.registrations.questions.questions import Question
from meetups.registrations.refusals import refuse_what_is_over


def ask_everyone(*, event: Event, plan: QuestionPlan, at: datetime, by: User) -> Question:
    """People who register from now on are asked in every slot. Raises EventClosed, TooManyQuestions, ChoicesMissing."""
    with seats_of(event, at=at) as seats:
        refuse_what_is_over(seats.event, at)
        question = new_question(plan)
        put_on_all(seats.slots.values(), question)
        record(
            thread=seats.event.thread,
            subject=f"event:{seats.event.pk}",
            verb="ask_everyone",
            at=at,
            by=by,
            question=question.id,
        )
        return question
