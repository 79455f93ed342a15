"""A speaker who has not confirmed an accepted talk is reminded: by the clock, or by an organizer."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.history.models import record
from meetups.notifications.notify import notify
from meetups.speakers.models import Talk
from meetups.speakers.talk_states import lock_accepted_talk


class RemindedToday(DomainError):
    message = _("The speaker got an email about this in the last 24 hours. You can remind them again after that.")


def remind_to_confirm(*, talk: Talk, at: datetime) -> bool:
    """Asks the speaker of an accepted talk once more, if a reminder is due at `at`. Returns whether it was due.

    If the clock stood still and several reminders are due, only one is sent. Two calls or two clocks send each reminder once.
    """
    with transaction.atomic(durable=True):
        due = Talk.objects.reminder_due(at).select_for_update(of=("self",), no_key=True)
        talk_due = due.select_related("event", "speaker").filter(pk=talk.pk).first()
        if talk_due is None:
            return False
        talk_due.reminded_at = at
        talk_due.save(update_fields=["reminded_at"])
        notify(
            kind="talk_unconfirmed",
            recipient=talk_due.speaker,
            thread=talk_due.event.thread,
            subject=talk_due.subject,
            cause=talk_due.due_reminder(at),
            at=at,
            not_after=talk_due.event.starts_at,
        )
        return True


def remind_speaker(*, talk: Talk, at: datetime, by: User) -> Talk:
    """Asks the speaker of an accepted talk once more, at most once in 24 hours.

    Raises EventClosed, TalkHasMovedOn, RemindedToday.
    """
    with transaction.atomic(durable=True):
        talk = lock_accepted_talk(talk, at)
        if not talk.can_be_reminded(at):
            raise RemindedToday
        talk.reminded_at = at
        talk.save(update_fields=["reminded_at"])
        entry = record(thread=talk.event.thread, subject=talk.subject, verb="remind_speaker", at=at, by=by)
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
