"""What the sample has not: messages of organizers. For `tests/looks.py`."""

from datetime import timedelta

from django.utils import timezone

from meetups.events.models import Event
from meetups.lifecycle.actions.write_message import write_message
from meetups.lifecycle.audience import Audience
from tests.looks_scene import person
from tests.mail_scene_messages import TEXTS


def messages_written() -> list[tuple[str, str, str]]:
    """Name, who looks, and path of each page about them."""
    now = timezone.now()
    event = Event.objects.filter(state="published", starts_at__gt=now).order_by("starts_at", "pk")[0]
    everyone = Audience(states=("confirmed", "waitlisted", "applied"), speakers=True, volunteers=True)
    sent = write_message(event=event, texts=TEXTS, audience=everyone, send_at=None, at=now, by=person("aiko"))
    later = {"ja": {"subject": "二次会のお知らせ", "body": "21時から近くの店で。"}}
    scheduled = write_message(
        event=event,
        texts=later,
        audience=Audience(states=("confirmed",), checked_in=True),
        send_at=now + timedelta(days=1),
        at=now,
        by=person("aiko"),
    )
    desk = f"/desk/events/{event.public_id}"
    return [
        ("messages-list", "aiko", f"{desk}/messages/"),
        ("messages-new", "aiko", f"{desk}/messages/new/"),
        ("messages-change", "aiko", f"{desk}/messages/new/?copy={scheduled.pk}"),
        ("messages-sent", "aiko", f"{desk}/messages/{sent.pk}/"),
        ("messages-scheduled", "aiko", f"{desk}/messages/{scheduled.pk}/"),
    ]
