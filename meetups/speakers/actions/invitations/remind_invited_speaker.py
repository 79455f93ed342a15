"""An invited speaker who has not answered is asked again."""

from datetime import datetime

from django.db import transaction

from meetups.notifications.notify import notify_address
from meetups.speakers.models import SpeakerInvitation


def remind_invited_speaker(*, invitation: SpeakerInvitation, at: datetime) -> bool:
    """Mails the address of an open invitation once more, if a reminder is due at `at`. Returns whether it was due.

    If the clock stood still and several reminders are due, only one is sent. Two calls or two clocks send each reminder once.
    """
    with transaction.atomic(durable=True):
        due = SpeakerInvitation.objects.reminder_due(at).select_for_update(of=("self",), no_key=True)
        open_one = due.select_related("event").filter(pk=invitation.pk).first()
        if open_one is None:
            return False
        open_one.reminded_at = at
        open_one.save(update_fields=["reminded_at"])
        notify_address(
            kind="speaker_invitation_reminder",
            address=open_one.address,
            language=open_one.language,
            thread=open_one.event.thread,
            subject=open_one.subject,
            cause=open_one.reminders_due(at),
            at=at,
            not_after=open_one.event.starts_at,
        )
        return True
