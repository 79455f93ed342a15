"""The attendance check ends."""

from datetime import datetime

from meetups.registrations.models import Reconfirmation
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.reconfirmation import question_of, settle
from meetups.registrations.refusals import refuse_unless_published


def settle_reconfirmation(*, reconfirmation: Reconfirmation, at: datetime) -> Reconfirmation:
    """Releases or keeps the seats of people who did not answer, as the organizer chose; once (RULES 26).

    Released seats go to the queue. Before the deadline nothing happens. Raises EventClosed.
    """
    with seats_of(reconfirmation.slot.event, at=at) as seats:
        question = question_of(seats, reconfirmation)
        if question.state != Reconfirmation.State.ASKED or question.awaits(at):
            return question
        refuse_unless_published(seats.event)
        settle(seats, question, at=at)
        return question
