"""Scenes that the sample lacks: messages of organizers. For `make looks`."""

from datetime import timedelta
from urllib.parse import quote

from django.utils import timezone

from meetups.demo.mail_scenes.messages import TEXTS
from meetups.events.models import Event
from meetups.lifecycle.actions.messages.send_message import send_message
from meetups.lifecycle.actions.messages.write_message import write_message
from meetups.lifecycle.audience import Audience
from meetups.notifications.models import Notification, Suppression
from tests.looks.scene import person


def messages_written() -> list[tuple[str, str, str]]:
    """The name, viewer and path of each page about these scenes."""
    now = timezone.now()
    event = Event.objects.filter(state="published", starts_at__gt=now).order_by("starts_at", "pk")[0]
    everyone = Audience(states=("confirmed", "waitlisted", "applied"), speakers=True, volunteers=True)
    sent = write_message(event=event, texts=TEXTS, audience=everyone, send_at=None, at=now, by=person("aiko"))
    send_message(message=sent, at=now, by=person("aiko"))
    later = {"ja": {"subject": "二次会のお知らせ", "body": "21時から近くの店で。"}}
    scheduled = write_message(
        event=event,
        texts=later,
        audience=Audience(states=("confirmed",), checked_in=True),
        send_at=now + timedelta(days=1),
        at=now,
        by=person("aiko"),
    )
    soon = {"ja": {"subject": "入口について", "body": "{{名前}}さん、裏口からどうぞ。"}}
    write_message(event=event, texts=soon, audience=everyone, send_at=None, at=now, by=person("aiko"))
    # A person who got no mail asks the organizers.
    missed = Notification.objects.filter(subject=sent.subject, recipient__isnull=False).order_by("pk")[0]
    assert missed.recipient
    Notification.objects.filter(pk=missed.pk).update(
        state=Notification.State.BOUNCED, settled_at=now, error="552 5.2.2 The mailbox of the recipient is over quota"
    )
    Suppression.objects.get_or_create(
        address=missed.recipient.email.lower(), defaults={"since": now, "reason": "552 5.2.2 over quota"}
    )
    desk = f"/desk/events/{event.public_id}"
    return [
        ("messages-list", "aiko", f"{desk}/messages/"),
        ("messages-missed", "aiko", f"{desk}/messages/?q={quote(missed.recipient.email)}"),
        ("messages-nobody", "aiko", f"{desk}/messages/?q=nobody"),
        ("messages-new", "aiko", f"{desk}/messages/new/"),
        ("messages-change", "aiko", f"{desk}/messages/new/?copy={scheduled.pk}"),
        ("messages-sent", "aiko", f"{desk}/messages/{sent.pk}/"),
        ("messages-scheduled", "aiko", f"{desk}/messages/{scheduled.pk}/"),
    ]
