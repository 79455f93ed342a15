"""Steps on standing messages: they go once to each person who joins their groups, until a stop time (RULES 237)."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.core.versions import version
from meetups.events.models import Event
from meetups.lifecycle.audience import Audience, reach_of
from meetups.lifecycle.messages.message_steps import mails_of, record_step
from meetups.lifecycle.models import Message
from meetups.notifications.models import Notification, NotificationQuerySet
from meetups.notifications.notify import notify_all
from meetups.notifications.wake import wake


def words_version(message: Message) -> str:
    """The version of what can be changed while it stands."""
    return version(message.texts, message.stands_until)


def newcomers(message: Message, event: Event, *, at: datetime) -> tuple[list[Notification], NotificationQuerySet]:
    """Mails, not saved, to those who belong to its groups and have none yet; and mails that came to nothing, because their reader
    had left the groups by then, and is back.

    The outbox is asked by its unique key, so this costs the same however many mails an event has had.
    """
    people = reach_of(Audience.of(message.audience), event).people
    mails = {one.key: one for one in mails_of(message, event, people, at=at)}
    known = Notification.objects.filter(key__in=mails)
    there = dict(known.values_list("key", "state"))
    back = [key for key, state in there.items() if state == Notification.State.VOID]
    return [one for key, one in mails.items() if key not in there], known.filter(key__in=back)


def tell(message: Message, event: Event, *, at: datetime) -> int:
    """Puts their mails into the outbox. The lock of the event is held. Returns their number."""
    new, back = newcomers(message, event, at=at)
    notify_all(new)
    again = back.update(
        state=Notification.State.WAITING, due_at=at, not_after=message.stands_until, settled_at=None, retry_at=None
    )
    if again:
        wake()
    message.recipients = (message.recipients or 0) + len(new)
    message.save(update_fields=["recipients"])
    return len(new) + again


def stop(message: Message, event: Event, *, at: datetime, by: User | None) -> None:
    """From now on no one else gets it: an organizer wants it so, or its time is over."""
    before, message.state, message.ended_at = message.state, Message.State.SENT, at
    message.save(update_fields=["state", "ended_at"])
    record_step(message, event, "stop_message" if by else "end_message", before, at=at, by=by)


def keep_earlier_words(message: Message, event: Event, *, at: datetime) -> None:
    """Before its words change: what those read who have it already, with their number. No one else reads these words again."""
    mails = Notification.objects.filter(thread=event.thread, kind="organizer_message", subject=message.subject)
    read = mails.filter(state=Notification.State.SENT).count() - sum(one["recipients"] for one in message.earlier)
    if read > 0:
        message.earlier = [*message.earlier, {"texts": message.texts, "until": at.isoformat(), "recipients": read}]
