"""Steps on organizers' messages: send, schedule, withdraw. The caller has opened the transaction."""

from datetime import datetime, timedelta

from meetups.accounts.models import User
from meetups.events.models import Event
from meetups.history.models import record
from meetups.lifecycle.audience import Audience, reached
from meetups.lifecycle.models import Message
from meetups.lifecycle.refusals import EventTimeHasPassed, TooFarAhead
from meetups.notifications.notify import notification, notify_all
from meetups.registrations.dates_that_move import EventMove

State = Message.State
FARTHEST = timedelta(days=366)


def expect_time(send_at: datetime, *, at: datetime) -> None:
    """Checks that `send_at` is ahead, by a year at most. Otherwise raises EventTimeHasPassed or TooFarAhead."""
    if send_at <= at:
        raise EventTimeHasPassed
    if send_at > at + FARTHEST:
        raise TooFarAhead


def send(message: Message, event: Event, *, at: datetime, by: User | None) -> None:
    """Puts one mail per person into the outbox. The audience is looked up now. `message` may be new or scheduled."""
    people = reached(Audience.of(message.audience), event).people
    before = message.state if message.pk else ""
    message.state, message.ended_at, message.recipients = State.SENT, at, len(people)
    message.save()
    _record(message, event, "send_message", before, at=at, by=by)
    notify_all(
        notification(
            kind="organizer_message",
            recipient_id=person,
            thread=event.thread,
            subject=message.subject,
            cause=1,
            at=at,
        )
        for person in sorted(people)
    )


def schedule(message: Message, event: Event, *, at: datetime, by: User) -> None:
    """Keeps a new message until its time."""
    message.state = State.SCHEDULED
    message.save()
    _record(message, event, "write_message", "", at=at, by=by)


def withdraw(message: Message, event: Event, *, at: datetime, by: User) -> None:
    """Ends a scheduled message, so that no one gets it."""
    message.state, message.ended_at = State.WITHDRAWN, at
    message.save(update_fields=["state", "ended_at"])
    _record(message, event, "withdraw_message", State.SCHEDULED, at=at, by=by)


def move_messages(move: EventMove) -> None:
    """Moves scheduled messages with the event.

    A message whose new time has passed is withdrawn and never sent late (RULES 99).
    """
    if move.event.starts_at == move.old_start:
        return
    for message in _scheduled(move.event):
        send_at = move.with_start(message.send_at)
        if send_at <= move.at:
            withdraw(message, move.event, at=move.at, by=move.by)
        else:
            message.send_at = send_at
            message.save(update_fields=["send_at"])


def withdraw_all(event: Event, *, at: datetime, by: User) -> None:
    """Ends all scheduled messages. The event is cancelled, and they assumed that it takes place."""
    for message in _scheduled(event):
        withdraw(message, event, at=at, by=by)


def withdraw_overdue(event: Event, *, at: datetime, by: User) -> None:
    """Ends the scheduled messages whose time passed while the event was a draft: none is sent late (RULES 99)."""
    for message in _scheduled(event):
        if message.send_at <= at:
            withdraw(message, event, at=at, by=by)


def _scheduled(event: Event) -> list[Message]:
    return list(Message.objects.select_for_update().filter(event=event, state=State.SCHEDULED).order_by("pk"))


def _record(message: Message, event: Event, verb: str, before: str, *, at: datetime, by: User | None) -> None:
    record(
        thread=event.thread,
        subject=message.subject,
        verb=verb,
        at=at,
        by=by,
        from_state=before,
        to_state=message.state,
        recipients=message.recipients,
    )
