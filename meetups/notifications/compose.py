"""Joins several messages to one person into one mail, in that person's current language."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.utils import format_datetime

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import InterfaceError, OperationalError
from django.utils import translation

from meetups.core.links import link
from meetups.core.texts.email_layout import Content, Masthead, Unsubscribe, letter
from meetups.notifications.batch import Prepared, prepare, reading_for
from meetups.notifications.email_registry import KINDS
from meetups.notifications.masthead import masthead_for_strangers, shorten_heading
from meetups.notifications.models import Notification
from meetups.notifications.unsubscription import unsubscribe_token


@dataclass
class Composed:
    """The result for a group.

    `mail` carries `parts`. Messages in `void` no longer hold or are not wanted. Messages in `broken` raised an error.

    `unsubscribe` ends the first optional topic in the mail.
    """

    parts: list[Notification] = field(default_factory=list)
    void: list[Notification] = field(default_factory=list)
    broken: list[tuple[Notification, Exception]] = field(default_factory=list)
    unsubscribe: Unsubscribe | None = None
    mail: EmailMultiAlternatives | None = None


def compose(group: Sequence[Notification], at: datetime, prepared: Prepared | None = None) -> Composed:
    """Checks once more whether each message of one recipient and thread holds, and writes the mail. `prepared` must be fresh.

    A message that raises an error does not stop the others. Only the error of an unreachable database is raised again, and that of
    a mail with several parts that cannot be written as one.
    """
    prepared = prepared or prepare(group)
    composed = Composed()
    contents: list[tuple[int, int, Content]] = []
    with translation.override(_language(group[0])), reading_for(prepared):
        for notification in sorted(group, key=lambda one: one.pk):
            try:
                content = _content(notification, at, prepared, composed)
            except (OperationalError, InterfaceError):
                raise
            except Exception as error:
                composed.broken.append((notification, error))
                continue
            if content is None:
                composed.void.append(notification)
            else:
                composed.parts.append(notification)
                contents.append((KINDS[notification.kind].rank, notification.pk, content))
        if contents:
            ordered = [content for _rank, _pk, content in sorted(contents, key=lambda entry: entry[:2])]
            try:
                composed.mail = _mail(composed, _said_once(ordered), prepared.mastheads.get(group[0].thread), at)
            except ValueError as error:
                if len(composed.parts) > 1:
                    raise
                composed.broken += [(notification, error) for notification in composed.parts]
                composed.parts = []
    return composed


def _language(notification: Notification) -> str:
    language = notification.recipient.language if notification.recipient else notification.language
    return language or settings.LANGUAGE_CODE


def _content(notification: Notification, at: datetime, prepared: Prepared, composed: Composed) -> Content | None:
    """The words. None if the message is too late, no longer true, or not wanted."""
    if notification.not_after and notification.not_after <= at:
        return None
    if notification.recipient and not notification.recipient.is_active:
        return None
    kind = KINDS[notification.kind]
    about = prepared.about(notification)
    if about is None or not kind.still_holds(about, notification, at):
        return None
    if kind.topic is None:
        return kind.compose(about, notification, at)
    thread, source = kind.source(about)
    if not prepared.wants(notification, kind.topic, thread):
        return None
    content = kind.compose(about, notification, at)
    if notification.recipient_id and composed.unsubscribe is None:
        token = unsubscribe_token(notification.recipient_id, kind.topic, thread)
        composed.unsubscribe = Unsubscribe(str(kind.topic.label), source, link("unsubscription", token))
    return content


def _said_once(parts: Sequence[Content]) -> list[Content]:
    """The same parts without repetitions: equal parts, facts and buttons appear only once."""
    told: set[tuple[str, str]] = set()
    once: list[Content] = []
    for part in dict.fromkeys(map(_frozen, parts)):
        action = None if part.action in told else part.action
        fresh = replace(
            part,
            facts=tuple(fact for fact in part.facts if fact not in told),
            links=tuple(one for one in part.links if one not in told),
            action=action,
        )
        told |= {*part.facts, *part.links, *([part.action] if part.action else [])}
        once.append(fresh)
    return once


def _frozen(part: Content) -> Content:
    """The part with tuples in place of lists, so that equal parts are found."""
    return replace(
        part,
        facts=tuple(part.facts),
        paragraphs=tuple(part.paragraphs),
        links=tuple(part.links),
        calendars=tuple(part.calendars),
        small_print=tuple(part.small_print),
    )


def _mail(
    composed: Composed, parts: Sequence[Content], masthead: Masthead | None, at: datetime
) -> EmailMultiAlternatives:
    """The mail.

    The first message of the group by number gives the Message-ID, even if that message is void: it is never sent alone.
    """
    first = min([*composed.parts, *composed.void], key=lambda one: one.pk)
    conversation = {"In-Reply-To": first.thread_message_id(), "References": first.thread_message_id()}
    recipient = first.recipient
    if masthead and recipient is None:
        masthead = masthead_for_strangers(masthead)
    reply_to = next((part.reply_to for part in parts if part.reply_to), "")
    return letter(
        [shorten_heading(part, masthead) for part in parts] if masthead else parts,
        to=recipient.email if recipient else first.address,
        name=recipient.name if recipient else "",
        headers={
            "Message-ID": first.stable_message_id(),
            "Date": format_datetime(at),
            "Auto-Submitted": "auto-generated",
            # A letter about an account belongs to no conversation.
            **(conversation if first.thread else {}),
            **({"Reply-To": reply_to} if reply_to else {}),
        },
        unsubscribe=composed.unsubscribe,
        masthead=masthead,
    )
