"""An organizer sends a message to themselves before anyone else gets it."""

from datetime import datetime, timedelta

from django.db import transaction

from meetups.accounts.models import User
from meetups.core.versions import version
from meetups.events.models import Event
from meetups.notifications.notify import notification, notify_all

# Who has not received it by then has tried again.
USEFUL = timedelta(hours=1)


def try_message(*, event: Event, texts: dict[str, dict[str, str]], at: datetime, by: User) -> None:
    """One mail for each language that the message is written in. The same words within a minute are a second click."""
    with transaction.atomic(durable=True):
        mails = []
        for language, text in texts.items():
            mail = notification(
                kind="message_trial",
                recipient_id=by.pk,
                thread=event.thread,
                subject=f"event:{event.pk}",
                cause=f"{version(texts)}-{language}-{at:%Y%m%d%H%M}",
                at=at,
                not_after=at + USEFUL,
            )
            mail.letter = {language: text}
            mails.append(mail)
        notify_all(mails)
