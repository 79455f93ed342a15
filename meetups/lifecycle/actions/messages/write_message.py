"""An organizer writes to participants of an event."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.events.models import Event
from meetups.events.undo import mail_leaves_at
from meetups.lifecycle.audience import Audience, reach_of
from meetups.lifecycle.messages.message_steps import expect_stop, expect_time, schedule, send, send_soon, withdraw
from meetups.lifecycle.models import Message
from meetups.lifecycle.refusals import MessageHasLeft

# The most messages that an event's organizers may write in a day, because each message is a mail to many people.
MOST_A_DAY = 10
DAY = timedelta(days=1)
# The same words to the same people within this time count as a second click, not as a second message.
SECOND_CLICK = timedelta(minutes=10)


class NotPublished(DomainError):
    message = _("This event is a draft, so there’s no one to write to yet. Publish it first.")


class TooManyMessages(DomainError):
    message = _("At most %(most)s messages about an event can be sent in 24 hours. Nothing was sent.")
    status = 429


class AskedTwice(DomainError):
    message = _("Those who haven’t answered were written to and reminded. They may ignore it; there’s no third email.")


class NobodyThere(DomainError):
    message = _("No one matches what you chose, so nothing was sent.")


def write_message(
    *,
    event: Event,
    texts: dict[str, dict[str, str]],
    audience: Audience,
    send_at: datetime | None,
    at: datetime,
    by: User,
    replaces: Message | None = None,
    stands_until: datetime | None = None,
) -> Message:
    """Sends `texts` (subject and Markdown body by language) to `audience` now, or keeps them until `send_at`.

    "Now" is ten minutes later where the event starts more than a day from now: until then it can be taken back (RULES 191).
    `replaces` is a scheduled message or a draft, and is withdrawn. With `stands_until` it then goes once to each person who joins
    the audience until that time (RULES 237).

    The same message again from the same person within ten minutes returns the first message. Raises NotPublished,
    TooManyMessages, AskedTwice, EventTimeHasPassed, StopsBeforeItLeaves, TooFarAhead, NobodyThere. Raises MessageHasLeft if the
    message to replace is no longer scheduled (RULES 98, 99, 100).
    """
    with transaction.atomic(durable=True):
        event = Event.objects.select_for_update(no_key=True).get(pk=event.pk)
        if event.state == Event.State.DRAFT:
            raise NotPublished
        message = Message(
            event=event,
            texts=texts,
            audience=audience.as_json(),
            written_by=by,
            written_at=at,
            send_at=send_at or mail_leaves_at(event.starts_at, at=at),
            stands_until=stands_until,
        )
        counting = event.messages.exclude(state__in=(Message.State.WITHDRAWN, Message.State.DRAFT))
        today = counting.filter(written_at__gt=at - DAY)
        if twin := _twin_of(message, today.filter(written_at__gt=at - SECOND_CLICK), event, send_at):
            return twin
        if replaces:
            replaces = event.messages.select_for_update().get(pk=replaces.pk)
            if replaces.state not in {Message.State.SCHEDULED, Message.State.DRAFT}:
                raise MessageHasLeft
            withdraw(replaces, event, at=at, by=by)
        if today.count() >= MOST_A_DAY:
            raise TooManyMessages(most=MOST_A_DAY)
        if audience.unanswered and counting.filter(audience__unanswered=True).count() > 1:
            raise AskedTwice
        if stands_until:
            expect_stop(stands_until, message.send_at)
        if send_at:
            expect_time(send_at, at=at)
            schedule(message, event, at=at, by=by)
        else:
            _send(message, event, audience, at=at, by=by)
        return message


def _twin_of(message: Message, lately: QuerySet[Message], event: Event, send_at: datetime | None) -> Message | None:
    """The same message of `lately`: a second click. Without `send_at`, one that has left or is about to leave."""
    same = lately.filter(
        texts=message.texts,
        audience=message.audience,
        stands_until=message.stands_until,
        written_by=message.written_by,
    )
    leaving = {undo.subject for undo in event.undoable.all()}
    for twin in same:
        left = twin.state in {Message.State.SENT, Message.State.STANDING} or twin.subject in leaving
        if twin.send_at == send_at if send_at else left:
            return twin
    return None


def _send(message: Message, event: Event, audience: Audience, *, at: datetime, by: User) -> None:
    people = len(reach_of(audience, event).people)
    if not people and not message.stands_until:
        raise NobodyThere
    if message.send_at > at:
        send_soon(message, event, people=people, at=at, by=by)
    else:
        send(message, event, at=at, by=by)
