"""Scenes that the sample lacks: messages of organizers. For `make looks`."""

from datetime import timedelta
from urllib.parse import quote

from django.utils import timezone

from meetups.demo.mail_scenes.messages import TEXTS
from meetups.events.models import Event
from meetups.lifecycle.actions.messages.change_standing_message import change_standing_message
from meetups.lifecycle.actions.messages.send_message import send_message
from meetups.lifecycle.actions.messages.write_message import write_message
from meetups.lifecycle.audience import Audience
from meetups.notifications.models import Notification, Suppression
from meetups.registrations.actions.questions.ask_everyone import ask_everyone
from meetups.registrations.models import Registration
from meetups.registrations.questions.question_steps import QuestionPlan
from meetups.registrations.questions.questions import QuestionKind
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
    standing = write_message(
        event=event,
        texts={"ja": {"subject": "会場への入り方", "body": "19時以降は夜間通用口からお入りください。"}},
        audience=Audience(states=("confirmed",)),
        send_at=None,
        stands_until=event.starts_at,
        at=now,
        by=person("aiko"),
    )
    send_message(message=standing, at=now, by=person("aiko"))
    Notification.objects.filter(subject=standing.subject).update(state=Notification.State.SENT, settled_at=now)
    change_standing_message(
        message=standing,
        texts={"ja": {"subject": "会場への入り方", "body": "正面玄関が開いています。"}},
        stands_until=event.starts_at,
        at=now,
        by=person("aiko"),
    )
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
    allergies = _asked_of_everyone(event)
    return [
        ("messages-everyone", "aiko", f"{desk}/questions/"),
        ("messages-everyone-question", "aiko", f"{desk}/questions/{allergies}/"),
        ("messages-everyone-none", "aiko", f"{desk_of_none()}/questions/"),
        ("messages-everyone-write", "aiko", f"{desk}/messages/new/?unanswered=1"),
        ("messages-list", "aiko", f"{desk}/messages/"),
        ("messages-missed", "aiko", f"{desk}/messages/?q={quote(missed.recipient.email)}"),
        ("messages-nobody", "aiko", f"{desk}/messages/?q=nobody"),
        ("messages-new", "aiko", f"{desk}/messages/new/"),
        ("messages-change", "aiko", f"{desk}/messages/new/?copy={scheduled.pk}"),
        ("messages-sent", "aiko", f"{desk}/messages/{sent.pk}/"),
        ("messages-standing", "aiko", f"{desk}/messages/{standing.pk}/"),
        ("messages-standing-words", "aiko", f"{desk}/messages/{standing.pk}/words/"),
        ("messages-scheduled", "aiko", f"{desk}/messages/{scheduled.pk}/"),
    ]


def _asked_of_everyone(event: Event) -> str:
    """The party and allergies, with some answers. The id of the second question."""
    now = timezone.now()
    choices = ("行く", "行かない", "まだわからない")
    party = ask_everyone(
        event=event,
        plan=QuestionPlan(QuestionKind.CHOICE, "懇親会に参加しますか", choices=choices),
        at=now,
        by=person("aiko"),
    )
    plan = QuestionPlan(QuestionKind.TEXT, "食べられないもの", help="軽食の用意に使います")
    allergies = ask_everyone(event=event, plan=plan, at=now, by=person("aiko"))
    for number, one in enumerate(Registration.objects.active().filter(event=event).order_by("pk")[1:]):
        more = {allergies.id: "そばと、えび・かに。少し入っているくらいなら大丈夫です。"} if number == 0 else {}
        Registration.objects.filter(pk=one.pk).update(answers={**one.answers, party.id: choices[number % 2], **more})
    return allergies.id


def desk_of_none() -> str:
    """The dashboard of an event that asks nothing."""
    event = Event.objects.filter(state="published", starts_at__gt=timezone.now()).order_by("-starts_at", "pk")[0]
    return f"/desk/events/{event.public_id}"
