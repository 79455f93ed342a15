"""An organizer takes a proposal."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.registrations.seats import seats_of
from meetups.speakers.models import Talk
from meetups.speakers.steps import answer_proposal


def accept_talk(*, talk: Talk, at: datetime, by: User) -> Talk:
    """The speaker is asked to confirm; with that she has a seat. Raises EventClosed, TalkHasMovedOn."""
    with seats_of(talk.event, at=at) as seats:
        return answer_proposal(seats, talk, Talk.State.ACCEPTED, verb="accept_talk", tell="talk_accepted", at=at, by=by)
