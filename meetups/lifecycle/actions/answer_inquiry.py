"""An organizer answers what a person asked."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.history.models import record
from meetups.lifecycle.models import Inquiry
from meetups.notifications.notify import notify


class WasAnswered(DomainError):
    message = _("Someone has answered this in the meantime. Nothing was sent.")


def answer_inquiry(*, inquiry: Inquiry, answer: str, at: datetime, by: User) -> Inquiry:
    """Keeps the answer and mails it to the person who asked. Raises WasAnswered."""
    with transaction.atomic(durable=True):
        inquiry = (
            Inquiry.objects.select_for_update(of=("self",))
            .select_related("community", "event", "person")
            .get(pk=inquiry.pk)
        )
        if inquiry.state != Inquiry.State.OPEN:
            raise WasAnswered
        inquiry.state, inquiry.answer = Inquiry.State.ANSWERED, answer
        inquiry.answered_by, inquiry.answered_at = by, at
        inquiry.save(update_fields=["state", "answer", "answered_by", "answered_at"])
        if inquiry.topic != Inquiry.Topic.REPORT:
            record(
                thread=inquiry.event.thread if inquiry.event else inquiry.community.thread, subject=inquiry.subject,
                verb="answer_inquiry", at=at, by=by, from_state=Inquiry.State.OPEN, to_state=inquiry.state,
            )  # fmt: skip
        notify(
            kind="inquiry_answered",
            recipient=inquiry.person,
            thread=inquiry.community.thread,
            subject=inquiry.subject,
            cause=1,
            at=at,
        )
        return inquiry
