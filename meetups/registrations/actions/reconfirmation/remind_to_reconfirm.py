"""People who have not answered the attendance check are reminded."""

from datetime import datetime

from meetups.registrations.models import Reconfirmation
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.reconfirmation import question_of, remind
from meetups.registrations.refusals import refuse_unless_open


def remind_to_reconfirm(*, reconfirmation: Reconfirmation, at: datetime) -> Reconfirmation:
    """Reminds people who have not answered, half-way to the deadline, once (RULES 26). Raises EventClosed.

    Before that, and after the first time, nothing happens.
    """
    with seats_of(reconfirmation.slot.event, at=at) as seats:
        question = question_of(seats, reconfirmation)
        if not question.awaits(at) or at < question.remind_at:
            return question
        refuse_unless_open(seats.event, at)
        remind(seats, question, at=at)
        return question
