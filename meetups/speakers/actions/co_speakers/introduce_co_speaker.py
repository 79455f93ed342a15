"""A co-speaker writes their bio."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.history.models import record
from meetups.registrations.refusals import refuse_unless_published
from meetups.speakers.co_speakers import CoSpeakingIsOver
from meetups.speakers.models import CoSpeaker


def introduce_co_speaker(*, co_speaker: CoSpeaker, bio: str, at: datetime, by: User) -> None:
    """Saves the text that introduces the co-speaker. The same text again changes nothing.

    Raises EventClosed, CoSpeakingIsOver.
    """
    with transaction.atomic(durable=True):
        co_speaker = (
            CoSpeaker.objects.select_for_update(of=("self",), no_key=True)
            .select_related("talk__event")
            .get(pk=co_speaker.pk)
        )
        event = co_speaker.talk.event
        refuse_unless_published(event)
        if co_speaker.state != CoSpeaker.State.JOINED:
            raise CoSpeakingIsOver
        if co_speaker.bio == bio:
            return
        co_speaker.bio = bio
        co_speaker.save(update_fields=["bio"])
        record(thread=event.thread, subject=co_speaker.subject, verb="introduce_co_speaker", at=at, by=by)
