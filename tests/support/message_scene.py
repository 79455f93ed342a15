"""A message that organizers have scheduled, for tests of pages."""

from datetime import timedelta

from meetups.events.models import Event, Undo
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
