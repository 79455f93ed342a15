"""An organizer says until when the speaker of an accepted talk may confirm."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.core.versions import refuse_what_has_changed, version_of
from meetups.history.models import record
from meetups.notifications.notify import notify
from meetups.speakers.deadlines import refuse_what_is_not_ahead
from meetups.speakers.models import Talk
from meetups.speakers.talk_states import lock_accepted_talk


def deadline_version(talk: Talk) -> str:
    """The version of what the form is filled from."""
    return version_of(talk, ["confirm_by"])


def set_deadline(*, talk: Talk, confirm_by: datetime | None, seen: str | None, at: datetime, by: User) -> Talk:
    """Sets the deadline, or goes back to the usual one; the speaker is told of a new one. The same again changes nothing.

    Raises EventClosed, TalkHasMovedOn, DeadlineIsNotAhead, ChangedMeanwhile.
    """
    with transaction.atomic(durable=True):
        talk = lock_accepted_talk(talk, at)
        if talk.confirm_by == confirm_by:
            return talk
        refuse_what_has_changed(seen, deadline_version(talk))
        refuse_what_is_not_ahead(confirm_by, talk.event, at)
        talk.confirm_by = confirm_by
        if confirm_by:
            talk.reminded_at = at
        talk.save(update_fields=["confirm_by", "reminded_at"])
        entry = record(thread=talk.event.thread, subject=talk.subject, verb="set_talk_deadline", at=at, by=by)
        if confirm_by:
            notify(
                kind="talk_unconfirmed",
                recipient=talk.speaker,
                thread=talk.event.thread,
                subject=talk.subject,
                cause=entry.pk,
                at=at,
                not_after=talk.event.starts_at,
            )
        return talk
