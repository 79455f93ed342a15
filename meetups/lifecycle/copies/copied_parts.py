"""All that a copy of an event has from its source, and all that stays behind, by package."""

from django.utils.translation import gettext_lazy as _

from meetups.core.zones import move_instant
from meetups.events.event_roles import EventRole, HelperLink
from meetups.events.models import Event, EventPicture, Undo
from meetups.lifecycle.audience import Audience
from meetups.lifecycle.messages.message_steps import schedule
from meetups.lifecycle.models import Inquiry, Message, SearchDue, SearchEntry
from meetups.registrations import copied_parts as registrations
from meetups.registrations.copied_parts import CopiedPart, EventCopy, LeftOut, twin
from meetups.runbook import copied_parts as runbook
from meetups.speakers import copied_parts as speakers
from meetups.volunteers import copied_parts as volunteers

EVENT = (
    *("community_id", "visibility", "attendee_list", "hook", "description", "language"),
    *("other_hook", "other_description", "cover", "hashtag", "format"),
    *(
        "starts_at",
        "ends_at",
        "time_zone",
        "registration_opens_at",
        "venue_name",
        "venue_address",
        "prefecture",
        "venue_directions",
        "other_venue_name",
        "other_venue_address",
        "other_venue_directions",
        "venue_conduct",
        "other_venue_conduct",
        "venue_capacity",
        "join_url",
    ),
    *("reminders_on", "reminder_times"),
)
PICTURE = ("name", "image", "alt", "width", "height")
MESSAGE = ("texts", "send_at", "stands_until")


def copy_pictures(copy: EventCopy) -> None:
    """The pictures of the text, with the names that the text has for them. Both events show one file."""
    found = copy.source.pictures.order_by("pk")
    EventPicture.objects.bulk_create(twin(one, PICTURE, event=copy.event, added_at=copy.at) for one in found)


def copy_messages(copy: EventCopy) -> None:
    """Messages that wait for their time or stand, where that is still ahead. They name the slots of the copy.

    Messages to hand-picked people or to a deleted slot are not copied. A message that can still be undone counts as sent.
    """
    leaving = {undo.subject for undo in copy.source.undoable.all()}
    slots = {old.public_id: copy.slots[old.pk].public_id for old in copy.source.slots.all()}
    for message in Message.objects.repeatable().filter(event=copy.source).order_by("send_at", "pk"):
        audience = Audience.of(message.audience)
        there = tuple(slots[one] for one in audience.slots if one in slots)
        is_late = move_instant(message.send_at, copy.source.starts_at, copy.starts_at, copy.source.time_zone) <= copy.at
        if is_late or message.subject in leaving or audience.chosen or bool(there) != bool(audience.slots):
            continue
        kept = {**message.audience, "slots": list(there)}
        new = twin(message, MESSAGE, event=copy.event, audience=kept, written_by=copy.by, written_at=copy.at)
        schedule(new, copy.event, at=copy.at, by=copy.by)


# Every model with a path to Event must be listed here or left out by name: `tests/house/test_copied_parts.py`.
COPIED = (
    *registrations.COPIED,
    *volunteers.COPIED,
    *speakers.COPIED,
    *runbook.COPIED,
    CopiedPart(EventPicture, PICTURE, copy_pictures),
    CopiedPart(Message, (*MESSAGE, "audience"), copy_messages),
)
LEFT_OUT = (
    *registrations.LEFT_OUT,
    *volunteers.LEFT_OUT,
    *speakers.LEFT_OUT,
    LeftOut(_("messages that were sent"), ()),
    LeftOut(_("what people asked"), (Inquiry,)),
    LeftOut(_("helpers for this event only"), (HelperLink, EventRole)),
    LeftOut(_("history")),
    LeftOut("", (SearchEntry, SearchDue, Undo)),
)


def carry_over(copy: EventCopy) -> None:
    """Makes all parts of the copy, with the dates of the source."""
    for part in COPIED:
        part.step(copy)


def new_draft(source: Event, **more: object) -> Event:
    """A draft, not saved, with what the source says about itself."""
    return twin(source, EVENT, **more)
