"""A speaker says whether the slides may be published."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.speakers.models import Readiness, Talk
from meetups.speakers.slide_states import note, settle_slides, talk_to_prepare


def answer_publication(*, talk: Talk, answer: Readiness.Publication, at: datetime, by: User) -> Talk:
    """Saves the answer with the date `at`. The same answer again changes nothing.

    A no takes public slides down at once. A yes makes the slides public if the event's slides are already published (RULES 93).
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
        # The answer and its date must be found again later.
        note(talk, "answer_publication", at=at, by=by, publication=str(answer))
        return talk
