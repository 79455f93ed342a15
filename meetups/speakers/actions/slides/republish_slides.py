"""An organizer publishes slides again that were taken down."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.speakers.models import Talk
from meetups.speakers.slide_states import note, settle_slides, states_of, talk_to_prepare


def republish_slides(*, talk: Talk, at: datetime, by: User) -> Talk:
    """Lets slides that organizers took down be public again, where their speaker still agrees. No one is told.

    Raises EventClosed, TalkHasMovedOn.
    """
    with transaction.atomic(durable=True):
        talk = talk_to_prepare(talk)
        [state] = states_of([talk])
        if state.is_down:
            talk.slides_taken_down_at = None
            talk.save(update_fields=["slides_taken_down_at"])
            note(talk, "republish_slides", at=at, by=by)
            settle_slides(talk, at=at)
        return talk
