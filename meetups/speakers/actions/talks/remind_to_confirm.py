"""A speaker who has not confirmed an accepted talk is reminded."""

from datetime import datetime

from django.db import transaction

from meetups.notifications.notify import notify
from meetups.speakers.models import Talk


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
            cause=talk_due.reminders_due(at),
            at=at,
            not_after=talk_due.event.starts_at,
        )
        return True
