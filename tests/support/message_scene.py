"""A message that organizers have scheduled, for tests of pages."""

from datetime import timedelta

from meetups.events.models import Event
from meetups.lifecycle.actions.write_message import write_message
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
