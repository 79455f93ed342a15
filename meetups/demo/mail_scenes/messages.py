"""An organizer's message, for the scene with a message of every kind."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.demo.mail_scenes.scene import Scene
from meetups.lifecycle.audience import Audience
from meetups.lifecycle.models import Message
from meetups.notifications.models import Notification

TEXTS = {
    "ja": {
        "subject": "会場の入口が変わります",
        "body": "{{名前}}さん、こんばんは。\n\n正面玄関は**19時に閉まります**。遅れる方は[裏口の地図](https://example.org/map)をご覧ください。\n\n"
        "- 受付は3階です\n- 入館証をお渡しします\n\n> 雨でも開催します。",
    },
    "en": {
        "subject": "Please use the back door",
        "body": "Hello {{name}},\n\nthe front door **closes at 7 PM**. If you come later, see the [map of the back door](https://example.org/map).\n\n"
        "- Check-in is on the third floor\n- You’ll get a badge there\n\n> We meet in the rain, too.",
    },
}


def organizer_message(scene: Scene, person: User, *, at: datetime) -> Notification:
    """A message to everyone with a seat, as `person` gets it."""
    message = Message.objects.create(
        event=scene.event,
        texts=TEXTS,
        audience=Audience(states=("confirmed",)).as_json(),
        state=Message.State.SENT,
        written_by=scene.ben,
        written_at=at,
        send_at=at,
        ended_at=at,
        recipients=1,
    )
    return scene.tell("organizer_message", person, message.subject, at=at)


def message_trial(scene: Scene, *, at: datetime) -> Notification:
    """The same message, as Ben tries it."""
    row = scene.tell("message_trial", scene.ben, f"event:{scene.event.pk}", at=at)
    row.letter = TEXTS
    row.save(update_fields=["letter"])
    return row
