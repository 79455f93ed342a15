"""A person who was asked to be a co-speaker says no."""

from datetime import datetime

from meetups.registrations.pen.seats import seats_of
from meetups.speakers.co_speakers import fresh, move_co_speaker, tell_speaker
from meetups.speakers.models import CoSpeaker


def decline_as_co_speaker(*, co_speaker: CoSpeaker, at: datetime) -> CoSpeaker:
    """Needs only the link; the talk's speaker is told. An invitation that was answered or withdrawn stays as it is."""
    with seats_of(co_speaker.talk.event, at=at) as seats:
        co_speaker = fresh(co_speaker)
        if co_speaker.state != CoSpeaker.State.ASKED:
            return co_speaker
        declined = CoSpeaker.State.DECLINED
        entry = move_co_speaker(
            co_speaker, declined, event=seats.event, verb="decline_as_co_speaker", at=at, by=co_speaker.person
        )
        tell_speaker(co_speaker, event=seats.event, cause=entry.pk, at=at)
        return co_speaker
