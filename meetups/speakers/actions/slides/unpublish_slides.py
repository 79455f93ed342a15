"""An organizer takes the slides of one talk down."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.speakers.models import Talk
from meetups.speakers.slide_states import note, talk_to_prepare


def unpublish_slides(*, talk: Talk, at: datetime, by: User) -> Talk:
    """Hides the slides until organizers publish them again (RULES 94). Slides that are added later stay hidden too.

    A second call changes nothing. Raises EventClosed, TalkHasMovedOn.
    """
    with transaction.atomic(durable=True):
        talk = talk_to_prepare(talk)
        if talk.slides_published_at is None:
            return talk
        talk.slides_published_at, talk.slides_taken_down_at = None, at
        talk.save(update_fields=["slides_published_at", "slides_taken_down_at"])
        note(talk, "unpublish_slides", at=at, by=by)
        return talk
