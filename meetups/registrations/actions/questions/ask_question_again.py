"""A slot asks a retired question again."""

from dataclasses import replace
from datetime import datetime

from meetups.accounts.models import User
from meetups.registrations.models import Slot
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.questions.question_steps import QuestionIsGone, put, refuse_too_many
from meetups.registrations.questions.questions import all_questions
from meetups.registrations.refusals import refuse_what_is_over
from meetups.registrations.slot_settings import note


def ask_question_again(*, slot: Slot, id: str, at: datetime, by: User) -> None:  # noqa: A002 - the field's word
    """Puts the question after the others, with its old answers. Raises EventClosed, TooManyQuestions, QuestionIsGone."""
    with seats_of(slot.event, at=at) as seats:
        slot = seats.slots[slot.pk]
        refuse_what_is_over(seats.event, at)
        refuse_too_many(slot)
        known = all_questions(slot)
        found = next((one for one in known if one.id == id and one.retired and not one.is_for_all), None)
        if found is None:
            raise QuestionIsGone
        put(slot, [*(one for one in known if one.id != id), replace(found, retired=False)])
        note(seats, slot, "ask_question", at=at, by=by, question=id)
