"""An organizer declines a proposal."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.registrations.seats import seats_of
from meetups.speakers.models import Talk
from meetups.speakers.steps import answer_proposal


def reject_talk(*, talk: Talk, at: datetime, by: User) -> Talk:
    """The speaker is told. Raises EventClosed, TalkHasMovedOn."""
    with seats_of(talk.event, at=at) as seats:
        return answer_proposal(seats, talk, Talk.State.REJECTED, verb="reject_talk", tell="talk_rejected", at=at, by=by)
