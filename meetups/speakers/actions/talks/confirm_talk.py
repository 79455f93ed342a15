"""A speaker confirms their talk."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.refusals import refuse_unless_open
from meetups.speakers.confirmation import confirm
from meetups.speakers.models import Talk


def confirm_talk(*, talk: Talk, speaker_slot_name: str, at: datetime, by: User) -> Talk:
    """Confirms an accepted talk. It is then on the programme with an invited seat.

    The seat is never refused for lack of seats (RULES 20). An event without a slot for invited people gets one with the name
    `speaker_slot_name`. A second call changes nothing. Raises EventClosed, TalkHasMovedOn.
    """
    with seats_of(talk.event, at=at) as seats:
        talk = Talk.objects.select_related("speaker").get(pk=talk.pk)
        if talk.state == Talk.State.CONFIRMED:
            return talk
        refuse_unless_open(seats.event, at)
        confirm(seats, talk, speaker_slot_name=speaker_slot_name, at=at, by=by)
        return talk
