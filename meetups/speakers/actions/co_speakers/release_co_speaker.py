"""Somebody who was asked, or has joined, does not speak in a talk after all."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.refusals import EventClosed
from meetups.speakers.co_speakers import end_co_speaking, fresh, move_co_speaker
from meetups.speakers.models import CoSpeaker

State = CoSpeaker.State
VERB = "release_co_speaker"


def release_co_speaker(*, co_speaker: CoSpeaker, at: datetime, by: User) -> CoSpeaker:
    """The link of who was only asked stops working, and a mail that has not left yet is not sent. The seat of who had joined falls back
    (RULES 21); she and the talk's speaker are told, unless they did it. A second time changes nothing. Raises EventClosed.
    """
    with seats_of(co_speaker.talk.event, at=at) as seats:
        co_speaker = fresh(co_speaker)
        if seats.event.is_over(at):
            raise EventClosed
        if co_speaker.state == State.ASKED:
            move_co_speaker(co_speaker, State.WITHDRAWN, event=seats.event, verb=VERB, at=at, by=by)
        elif co_speaker.state == State.JOINED:
            end_co_speaking(seats, co_speaker, verb=VERB, at=at, by=by)
        return co_speaker
