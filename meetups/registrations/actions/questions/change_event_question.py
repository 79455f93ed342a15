"""A question for the whole event is changed, retired or asked again, in every slot at once."""

from dataclasses import replace
from datetime import datetime

from meetups.accounts.models import User
from meetups.core.versions import refuse_what_has_changed
from meetups.events.models import Event
from meetups.history.models import record
from meetups.registrations.models import Registration
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.questions.event_questions import asked_of_all, event_questions, put_on_all
from meetups.registrations.questions.question_steps import QuestionIsGone, QuestionPlan
from meetups.registrations.questions.questions import Question
from meetups.registrations.refusals import KindIsAnswered, refuse_what_is_over
from meetups.registrations.slot_settings import question_version


def change_event_question(
    *,
    event: Event,
    id: str,  # noqa: A002 - the field's word
    plan: QuestionPlan,
    seen: str | None = None,
    at: datetime,
    by: User,
) -> Question:
    """Given answers stay as they are. `seen` is the `question_version` that the form was filled from.

    Raises EventClosed, QuestionIsGone, ChangedMeanwhile, ChoicesMissing, KindIsAnswered.
    """
    with seats_of(event, at=at) as seats:
        refuse_what_is_over(seats.event, at)
        before = asked_of_all(seats.slots.values(), id)
        refuse_what_has_changed(seen, question_version(before))
        question = plan.question(id)
        if question == before:
            return before
        if question.kind != before.kind:
            answers = Registration.objects.filter(event=event, answers__has_key=id).count()
            if answers:
                raise KindIsAnswered(answers=answers)
        put_on_all(seats.slots.values(), question)
        subject = f"event:{seats.event.pk}"
        record(thread=seats.event.thread, subject=subject, verb="change_event_question", at=at, by=by, question=id)
        return question


def retire_event_question(
    *,
    event: Event,
    id: str,  # noqa: A002 - the field's word
    is_retired: bool,
    at: datetime,
    by: User,
) -> None:
    """It is asked no longer, or again; its answers stay. Raises EventClosed, QuestionIsGone, TooManyQuestions."""
    with seats_of(event, at=at) as seats:
        refuse_what_is_over(seats.event, at)
        slots = seats.slots.values()
        found = next((one for one in event_questions(slots) if one.id == id), None)
        if found is None:
            raise QuestionIsGone
        if found.retired == is_retired:
            return
        put_on_all(slots, replace(found, retired=is_retired))
        record(
            thread=seats.event.thread,
            subject=f"event:{seats.event.pk}",
            verb="retire_event_question" if is_retired else "ask_everyone",
            at=at,
            by=by,
            question=id,
        )
