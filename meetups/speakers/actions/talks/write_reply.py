"""An organizer writes what a speaker reads with the decision about the proposal, and until when they confirm."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.core.versions import refuse_what_has_changed
from meetups.history.models import record
from meetups.speakers.deadlines import refuse_what_is_not_ahead
from meetups.speakers.models import Talk
from meetups.speakers.talk_states import lock_proposal, reply_version


def write_reply(
    *, talk: Talk, reply: str, confirm_by: datetime | None, seen: str | None, at: datetime, by: User
) -> Talk:
    """Saves the note and the deadline of a proposal. The same again changes nothing.

    Raises EventClosed, TalkHasMovedOn, DeadlineIsNotAhead, ChangedMeanwhile.
    """
    with transaction.atomic(durable=True):
        talk = lock_proposal(talk, at)
        if (talk.reply, talk.confirm_by) == (reply, confirm_by):
            return talk
        refuse_what_has_changed(seen, reply_version(talk))
        refuse_what_is_not_ahead(confirm_by, talk.event, at)
        talk.reply, talk.confirm_by = reply, confirm_by
        talk.save(update_fields=["reply", "confirm_by"])
        record(thread=talk.event.thread, subject=talk.subject, verb="write_reply", at=at, by=by)
        return talk
