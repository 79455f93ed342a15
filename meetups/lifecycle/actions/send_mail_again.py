"""An organizer sends a mail again to a person who did not get it."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.events.models import Event
from meetups.history.models import HistoryEntry, record
from meetups.notifications.models import Notification
from meetups.notifications.suppressions import suppression_of
from meetups.notifications.wake import wake

VERB = "send_mail_again"
# Mail servers treat too frequent mails as spam, and then no mail arrives.
PAUSE = timedelta(minutes=10)
MOST_A_DAY = 3
DAY = timedelta(days=1)

State = Notification.State


class NotSentYet(DomainError):
    message = _("This email is queued and will be sent automatically.")


class NoLongerTrue(DomainError):
    message = _("This email is out of date or its time has passed, so it won’t be sent again.")


class SentAgainLately(DomainError):
    message = _("This email was resent less than ten minutes ago. Give it time to arrive.")


class SentAgainOften(DomainError):
    message = _("This email was resent three times in 24 hours. Reach the person another way.")


def send_mail_again(*, event: Event, notification: Notification, at: datetime, by: User) -> None:
    """Puts a mail of `event` into the outbox again, as the same message, if it was sent, bounced or was given up.

    Also allows mail to its address again. Before it leaves, the sender checks again whether it still holds (RULES 101).

    Raises NotSentYet, NoLongerTrue, SentAgainLately and SentAgainOften.
    """
    with transaction.atomic(durable=True):
        rows = Notification.objects.select_for_update(of=("self",)).select_related("recipient")
        row = rows.get(pk=notification.pk, thread=event.thread)
        if row.state in {State.WAITING, State.SENDING}:
            raise NotSentYet
        if row.state == State.VOID or (row.not_after and row.not_after <= at):
            raise NoLongerTrue
        subject = f"notification:{row.pk}"
        before = HistoryEntry.objects.filter(subject=subject, verb=VERB, at__gt=at - DAY).order_by("-at")
        times = list(before.values_list("at", flat=True)[:MOST_A_DAY])
        if times and times[0] > at - PAUSE:
            raise SentAgainLately
        if len(times) >= MOST_A_DAY:
            raise SentAgainOften
        address = row.recipient.email if row.recipient else row.address
        suppression_of(address).delete()
        # `due_at` stays, because it is the time that a reminder is about.
        row.state, row.attempts, row.retry_at, row.error = State.WAITING, 0, None, ""
        row.first_tried_at = row.settled_at = None
        row.save(update_fields=["state", "attempts", "first_tried_at", "retry_at", "error", "settled_at"])
        record(thread=event.thread, subject=subject, verb=VERB, at=at, by=by, kind=row.kind)
        wake()
