"""The attendance check starts, and people with a seat are asked whether they still come."""

from datetime import datetime

from meetups.registrations.models import Reconfirmation
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.reconfirmation import ask, question_of, skip
from meetups.registrations.refusals import refuse_unless_open


def ask_to_reconfirm(*, reconfirmation: Reconfirmation, at: datetime) -> Reconfirmation:
    """Asks the question at its time, once (RULES 26). Before its time nothing happens. Raises EventClosed.

    If the reminder would already be due, no one is asked: no one loses a seat because the clock stood still.
    """
    with seats_of(reconfirmation.slot.event, at=at) as seats:
        question = question_of(seats, reconfirmation)
        if question.state != Reconfirmation.State.PLANNED or at < question.ask_at:
            return question
        refuse_unless_open(seats.event, at)
        if at < question.remind_at:
            ask(seats, question, at=at)
        else:
            skip(seats, question, at=at)
        return question
