"""A slot stops asking a question."""

from dataclasses import replace
from datetime import datetime

from meetups.accounts.models import User
from meetups.registrations.models import Slot
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.questions.question_steps import exchange, own_question
from meetups.registrations.refusals import refuse_what_is_over
from meetups.registrations.slot_settings import note


def retire_question(*, slot: Slot, id: str, at: datetime, by: User) -> None:  # noqa: A002 - the field's word
    """Stops the question. Its answers stay readable, and its id is never used again. Raises EventClosed, QuestionIsGone."""
    with seats_of(slot.event, at=at) as seats:
        slot = seats.slots[slot.pk]
        refuse_what_is_over(seats.event, at)
        exchange(slot, replace(own_question(slot, id), retired=True))
        note(seats, slot, "retire_question", at=at, by=by, question=id)
