"""A co-speaker, or a person who was asked to be one, no longer speaks in a talk."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.refusals import EventClosed
from meetups.speakers.co_speakers import end_co_speaking, fresh, move_co_speaker
from meetups.speakers.models import CoSpeaker

State = CoSpeaker.State
VERB = "release_co_speaker"


def release_co_speaker(*, co_speaker: CoSpeaker, at: datetime, by: User) -> CoSpeaker:
    """Withdraws the invitation, or ends the part of a co-speaker who has joined.

    If the person was only asked, the link stops working, and a mail that has not left yet is not sent. If they had joined, their
    seat falls back (RULES 21), and they are told what became of it, also if they did it themselves. A co-speaker without a seat
    and the talk's speaker are told, each unless they did it themselves. A second call changes nothing. Raises EventClosed.
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
