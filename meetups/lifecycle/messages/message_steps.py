"""Steps on organizers' messages: send, schedule, withdraw. The caller has opened the transaction."""

from datetime import datetime, timedelta

from meetups.accounts.models import User
from meetups.events.models import Event, Undo
from meetups.events.undo import end_undo, keep_undo
from meetups.history.models import record
from meetups.lifecycle.audience import Audience, reach_of
from meetups.lifecycle.models import Message
from meetups.lifecycle.refusals import EventTimeHasPassed, StopsBeforeItLeaves, TooFarAhead
from meetups.notifications.models import Notification
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


def expect_stop(stands_until: datetime, send_at: datetime) -> None:
    """Checks the stop time of a standing message. Raises StopsBeforeItLeaves or TooFarAhead."""
    if stands_until <= send_at:
        raise StopsBeforeItLeaves
    if stands_until > send_at + FARTHEST:
        raise TooFarAhead


def send(message: Message, event: Event, *, at: datetime, by: User | None) -> None:
    """Puts one mail per person into the outbox. The audience is looked up now. `message` may be new or scheduled.

    With a stop time that is ahead it stands from now on.
    """
    people = reach_of(Audience.of(message.audience), event).people
    before = message.state if message.pk else ""
    stands = message.stands_until is not None and message.stands_until > at
    message.state, message.ended_at = (State.STANDING, None) if stands else (State.SENT, at)
    message.recipients = len(people)
    if stands:
        message.send_at = at
    message.save()
    end_undo(event, message.subject)
    record_step(message, event, "send_message", before, at=at, by=by)
    notify_all(mails_of(message, event, people, at=at))


def mails_of(message: Message, event: Event, people: set[int], *, at: datetime) -> list[Notification]:
    """The mails to these people, not saved. Their key lets each person have the message once, for ever."""
    return [
        notification(
            kind="organizer_message",
            recipient_id=person,
            thread=event.thread,
            subject=message.subject,
            cause=1,
            at=at,
            not_after=message.stands_until,
        )
        for person in sorted(people)
    ]


def schedule(message: Message, event: Event, *, at: datetime, by: User) -> None:
    """Keeps a new message until its time."""
    message.state = State.SCHEDULED
    message.save()
    record_step(message, event, "write_message", "", at=at, by=by)


def send_soon(message: Message, event: Event, *, people: int, at: datetime, by: User) -> None:
    """Sends a new message when the time to take it back is over (RULES 191)."""
    schedule(message, event, at=at, by=by)
    text = message.texts.get(event.language) or next(iter(message.texts.values()))
    keep_undo(
        event,
        Undo.Kind.MESSAGE,
        subject=message.subject,
        title=text["subject"],
        at=at,
        by=by,
        until=message.send_at,
        people=people,
    )


def withdraw(message: Message, event: Event, *, at: datetime, by: User, state: str = State.WITHDRAWN) -> None:
    """Ends a scheduled message, so that no one gets it: for good, or as a draft that is worked on."""
    before, message.state, message.ended_at = message.state, state, at
    message.save(update_fields=["state", "ended_at"])
    end_undo(event, message.subject)
    record_step(
        message, event, "take_back_message" if state == State.DRAFT else "withdraw_message", before, at=at, by=by
    )


def schedule_again(message: Message, event: Event, *, at: datetime, by: User) -> None:
    """Brings back a message that was withdrawn with something that is taken back; not where its time has passed."""
    if message.send_at <= at:
        return
    message.state, message.ended_at = State.SCHEDULED, None
    message.save(update_fields=["state", "ended_at"])
    record_step(message, event, "restore_message", State.WITHDRAWN, at=at, by=by)


def move_messages(move: EventMove) -> None:
    """Moves scheduled messages with the event, but not those that leave now.

    A message whose new time has passed is withdrawn and never sent late (RULES 99). The stop time of a standing one moves too.
    """
    if move.event.starts_at == move.old_start:
        return
    leaving = {undo.subject for undo in move.event.undoable.all()}
    for message in _scheduled(move.event):
        if message.subject in leaving:
            continue
        send_at = move.with_start(message.send_at)
        if send_at <= move.at:
            withdraw(message, move.event, at=move.at, by=move.by)
        else:
            message.send_at = send_at
            message.stands_until = message.stands_until and move.with_start(message.stands_until)
            message.save(update_fields=["send_at", "stands_until"])
    for message in move.event.messages.select_for_update().filter(state=State.STANDING).order_by("pk"):
        message.stands_until = message.stands_until and move.with_start(message.stands_until)
        message.save(update_fields=["stands_until"])


def withdraw_all(event: Event, *, at: datetime, by: User) -> list[int]:
    """Ends all scheduled messages. The event is cancelled, and they assumed that it takes place. Returns their primary keys."""
    messages = _scheduled(event)
    for message in messages:
        withdraw(message, event, at=at, by=by)
    return [message.pk for message in messages]


def withdraw_overdue(event: Event, *, at: datetime, by: User) -> None:
    """Ends the scheduled messages whose time passed while the event was a draft: none is sent late (RULES 99)."""
    for message in _scheduled(event):
        if message.send_at <= at:
            withdraw(message, event, at=at, by=by)


def _scheduled(event: Event) -> list[Message]:
    return list(Message.objects.select_for_update().filter(event=event, state=State.SCHEDULED).order_by("pk"))


def record_step(message: Message, event: Event, verb: str, before: str, *, at: datetime, by: User | None) -> None:
    """An entry of the history about a message."""
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
