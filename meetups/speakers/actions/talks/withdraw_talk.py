"""A speaker withdraws their talk."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.refusals import EventClosed
from meetups.speakers.models import Talk
from meetups.speakers.talk_states import withdraw


def withdraw_talk(*, talk: Talk, at: datetime, by: User) -> Talk:
    """Withdraws the talk; organizers are told, and its seat falls back. A second call changes nothing.

    Raises EventClosed, TalkHasMovedOn.
    """
    with seats_of(talk.event, at=at) as seats:
        talk = Talk.objects.select_related("speaker").get(pk=talk.pk)
        if talk.state == Talk.State.WITHDRAWN:
            return talk
        if seats.event.is_over(at):
            raise EventClosed
        withdraw(seats, talk, at=at, by=by)
        return talk
