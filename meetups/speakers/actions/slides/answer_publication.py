"""A speaker says whether her slides may be published."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.speakers.models import Readiness, Talk
from meetups.speakers.slide_states import note, settle_slides, talk_to_prepare


def answer_publication(*, talk: Talk, answer: Readiness.Publication, at: datetime, by: User) -> Talk:
    """Writes the answer down, with the date `at`. A no takes public slides down at once; a yes after the event's slides were published
    makes hers public (RULES 93). The same again changes nothing.

    Raises EventClosed, TalkHasMovedOn.
    """
    with transaction.atomic(durable=True):
        talk = talk_to_prepare(talk)
        readiness = Readiness.objects.filter(talk=talk).first() or Readiness(talk=talk)
        if readiness.publication == answer:
            return talk
        readiness.publication, readiness.publication_answered_at = answer, at
        readiness.save()
        settle_slides(talk, at=at)
        # What was said must be found again later: what, and when.
        note(talk, "answer_publication", at=at, by=by, publication=str(answer))
        return talk
