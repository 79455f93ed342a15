"""The answers are due."""

from datetime import datetime

from meetups.registrations.models import Reconfirmation
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.reconfirmation import question_of, settle
from meetups.registrations.refusals import EventClosed


def settle_reconfirmation(*, reconfirmation: Reconfirmation, at: datetime) -> Reconfirmation:
    """Once the answers are due, silent seats are released to who waits, or kept, as the organizer chose; once (RULES 26).

    Before that nothing happens. Raises EventClosed.
    """
    with seats_of(reconfirmation.slot.event, at=at) as seats:
        question = question_of(seats, reconfirmation)
        if question.state != Reconfirmation.State.ASKED or question.awaits(at):
            return question
        if not seats.event.is_published:
            raise EventClosed
        settle(seats, question, at=at)
        return question
