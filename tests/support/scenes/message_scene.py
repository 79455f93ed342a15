"""A message that organizers have scheduled, for tests of pages."""

from datetime import datetime, timedelta

from meetups.events.models import Event, Undo
from meetups.lifecycle.actions.messages.send_message import send_message
from meetups.lifecycle.actions.messages.write_message import write_message
from meetups.lifecycle.audience import Audience
from meetups.lifecycle.models import Message
from tests.support import cast

TEXTS = {"ja": {"subject": "明日の持ち物", "body": "**名札**をお持ちください。"}}


def scheduled_message(event: Event) -> Message:
    """A message to everyone with a seat, an hour from now."""
    return write_message(
        event=event,
        texts=TEXTS,
        audience=Audience(states=("confirmed",)),
        send_at=cast.NOW + timedelta(hours=1),
        at=cast.NOW,
        by=cast.person("aiko"),
    )


def standing_message(event: Event, *, until: datetime | None = None, at: datetime = cast.NOW) -> Message:
    """How to get in, for everyone with a seat now or later, until the start. It has left."""
    aiko = cast.person("aiko")
    message = write_message(
        event=event,
        texts={"ja": {"subject": "入り方", "body": "夜間通用口からどうぞ。"}},
        audience=Audience(states=("confirmed",)),
        send_at=None,
        stands_until=until or event.starts_at,
        at=at,
        by=aiko,
    )
    send_message(message=message, at=at, by=aiko)
    message.refresh_from_db()
    return message


def undoable_message(event: Event) -> Undo:
    """A message to everyone with a seat that can still be taken back."""
    write_message(
        event=event,
        texts={"ja": {"subject": "入口について", "body": "裏口からどうぞ。"}},
        audience=Audience(states=("confirmed",)),
        send_at=None,
        at=cast.NOW,
        by=cast.person("aiko"),
    )
    return event.undoable.get()
