"""The mail with an organizer's message."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from meetups.communities.models import Membership
from meetups.communities.permissions import Permission
from meetups.core.links import link
from meetups.events.facts import event_facts, event_page
from meetups.events.models import Event
from meetups.lifecycle.audience import Audience, reach_of, with_a_part
from meetups.lifecycle.messages.variables import fill_in, values_for
from meetups.lifecycle.models import Message
from meetups.notifications.email_registry import Content, Kind, declare
from meetups.notifications.models import Notification


@dataclass(frozen=True)
class Written:
    """A message, and whether it is still for its reader: they have a part in the event.

    A standing message, or one to people who have not replied, goes to members of its groups at the time of sending. The event
    must not be canceled.
    """

    message: Message
    is_for_reader: bool


@declare
class OrganizerMessage(Kind[Written]):
    """A separate mail, under the organizers' own subject (RULES 98)."""

    name = "organizer_message"
    urgent = True

    def abouts(self, notifications: Sequence[Notification]) -> dict[int, Written | None]:
        ids = {one.subject_id for one in notifications}
        messages = Message.objects.filter(pk__in=ids).select_related("event__community").in_bulk()
        people = {one.recipient for one in notifications if one.recipient}
        once = {one.event for one in messages.values() if not _asks_when_it_leaves(one)}
        parts = {event.pk: with_a_part(event, people) for event in once}
        groups = {one.pk: _in_its_groups(one) for one in messages.values() if _asks_when_it_leaves(one)}
        abouts: dict[int, Written | None] = {}
        for one in notifications:
            message = messages.get(one.subject_id)
            if message:
                there = groups[message.pk] if _asks_when_it_leaves(message) else parts[message.event_id]
                abouts[one.pk] = Written(message, one.recipient_id in there)
            else:
                abouts[one.pk] = None
        return abouts

    def still_holds(self, about: Written, notification: Notification, at: datetime) -> bool:
        return about.message.state in {Message.State.STANDING, Message.State.SENT} and about.is_for_reader

    def compose(self, about: Written, notification: Notification, at: datetime) -> Content:
        reader = notification.recipient.name if notification.recipient else ""
        return message_content(about.message.event, about.message.texts, reader=reader)


def _asks_when_it_leaves(message: Message) -> bool:
    return message.stands_until is not None or bool(message.audience.get("unanswered"))


def _in_its_groups(message: Message) -> set[int]:
    return reach_of(Audience.of(message.audience), message.event).people if message.event.is_published else set()


@declare
class MessageTrial(Kind[tuple[Event, dict[str, Any]]]):
    """What an organizer is about to send, to themselves only. Nothing else keeps its words."""

    name = "message_trial"
    urgent = True

    def about(self, notification: Notification) -> tuple[Event, dict[str, Any]] | None:
        event = Event.objects.select_related("community").filter(pk=notification.subject_id).first()
        return (event, notification.letter) if event and notification.letter else None

    def still_holds(self, about: tuple[Event, dict[str, Any]], notification: Notification, at: datetime) -> bool:
        event, _letter = about
        return Membership.objects.may(notification.recipient, Permission.MANAGE_ATTENDEES, event.community_id)

    def compose(self, about: tuple[Event, dict[str, Any]], notification: Notification, at: datetime) -> Content:
        event, letter = about
        mail = message_content(event, letter, reader=notification.recipient.name if notification.recipient else "")
        return replace(
            mail,
            title=_("[Test] %(subject)s") % {"subject": mail.title},
            lead=" ".join([_("Only you get this: it’s how the message will look."), mail.lead]),
        )


def message_content(event: Event, texts: dict[str, dict[str, str]], *, reader: str | None = None) -> Content:
    """The mail in the active language, for the reader of that name. Without one its variables stay as they were written.

    A reader whose language is missing gets the event's language, or else any text there is.
    """
    language = get_language() or event.language
    text = texts.get(language) or texts.get(event.language) or next(iter(texts.values()))
    subject, body = text["subject"], text["body"]
    if reader is not None:
        values = values_for(event, reader)
        subject, body = fill_in(subject, values), fill_in(body, values, markdown=True)
    names = {"subject": subject, "event": event.words.title, "community": event.community.name}
    return Content(
        # In a mailbox only the subject line says which event it is about.
        title=subject if event.words.title in subject else _("%(subject)s: %(event)s") % names,
        heading=subject,
        lead=_("This is a message from the organizers of “%(event)s” (%(community)s).") % names,
        prose=body,
        facts=event_facts(event),
        action=event_page(event),
        links=[(_("Contact the organizers"), link("event_contact", event.public_id))],
        small_print=[
            _("Replies to this email reach the organizers.")
            if event.community.contact_address
            else _("Replies to this email don’t reach the organizers.")
        ],
        reply_to=event.community.contact_address,
    )
