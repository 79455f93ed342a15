"""Messages that organizers wrote to people of an event: scheduled, sent, withdrawn."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_POST, require_safe

from meetups.communities.permissions import Permission
from meetups.events.models import Event
from meetups.lifecycle.actions.messages.withdraw_message import withdraw_message
from meetups.lifecycle.audience import Audience
from meetups.lifecycle.emails.message import message_content
from meetups.lifecycle.models import Message
from meetups.notifications.models import Notification
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.frame import event_page
from organizers.desk.refusals import refusals_shown
from organizers.desk.responsible_for import messages_for
from organizers.messages.audience_words import in_words, people

State = Message.State
TONES = {
    State.DRAFT: "over",
    State.SCHEDULED: "waiting",
    State.STANDING: "certain",
    State.SENT: "certain",
    State.WITHDRAWN: "over",
}


@dataclass(frozen=True)
class MessageLine:
    """One message in a list: subject, audience and state. `number` is a phrase for the number of people once it was sent."""

    message: Message
    subject: str
    whom: str
    number: str
    tone: str

    @property
    def is_scheduled(self) -> bool:
        return self.message.state == State.SCHEDULED

    @property
    def is_standing(self) -> bool:
        return self.message.state == State.STANDING

    @property
    def is_draft(self) -> bool:
        return self.message.state == State.DRAFT

    @property
    def is_withdrawn(self) -> bool:
        return self.message.state == State.WITHDRAWN


def written(event: Event, grants: Collection[Permission]) -> list[MessageLine]:
    """The messages about `event` that may be read with these rights: drafts, scheduled and standing ones first, then the newest. Two queries."""
    rows = sorted(
        messages_for(event, grants).select_related("written_by").order_by("-send_at", "-pk"),
        key=lambda one: one.state not in {State.DRAFT, State.SCHEDULED, State.STANDING},
    )
    slots = dict(event.slots.values_list("public_id", "name")) if rows else {}
    return [_line(one, event, slots) for one in rows]


def _line(message: Message, event: Event, slots: dict[str, str]) -> MessageLine:
    text = message.texts.get(event.language) or next(iter(message.texts.values()))
    return MessageLine(
        message,
        text["subject"],
        in_words(Audience.of(message.audience), slots),
        _number(message),
        TONES[State(message.state)],
    )


def _number(message: Message) -> str:
    if message.recipients is None:
        return ""
    number = people(message.recipients)
    return _("%(people)s so far") % {"people": number} if message.state == State.STANDING else number


@require_safe
@for_event(Permission.WRITE_MESSAGES)
def message(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    """The texts, the audience, and the results of the mails."""
    found = get_object_or_404(messages_for(event, request.grants).select_related("written_by", "event"), pk=pk)
    mails = []
    # The database keeps texts in its own order; the event's language comes first.
    for language in sorted(found.texts, key=lambda code: code != event.language):
        with translation.override(language):
            mails.append({"language": language, "content": message_content(event, found.texts)})
    slots = dict(event.slots.values_list("public_id", "name"))
    context = event_page(
        request,
        event,
        current="desk_deliveries",
        line=_line(found, event, slots),
        mails=mails,
        outcome=_outcome(found),
        missed=_missed(found),
        sees_log=Permission.MANAGE_ATTENDEES in request.grants,
        earlier=_earlier(found, event),
    )
    return render(request, "desk/messages/message.html", context)


def _earlier(message: Message, event: Event) -> list[dict[str, Any]]:
    """The words that it had before, the newest first: who read them, until when, and the mails."""
    found = []
    for words in reversed(message.earlier):
        mails = []
        for language in sorted(words["texts"], key=lambda code: code != event.language):
            with translation.override(language):
                mails.append({"language": language, "content": message_content(event, words["texts"])})
        until = datetime.fromisoformat(words["until"])
        found.append({"people": people(words["recipients"]), "until": until, "mails": mails})
    return found


def _mails(message: Message) -> QuerySet[Notification]:
    return Notification.objects.filter(thread=message.event.thread, kind="organizer_message", subject=message.subject)


def _outcome(message: Message) -> str:
    """The numbers of mails that were sent, wait, or came back."""
    counts = dict(_mails(message).values_list("state").annotate(number=Count("pk")))
    states = Notification.State
    groups = [
        (counts.get(states.SENT, 0), ngettext("%(count)s sent", "%(count)s sent", counts.get(states.SENT, 0))),
        (
            waiting := counts.get(states.WAITING, 0) + counts.get(states.SENDING, 0),
            ngettext("%(count)s queued", "%(count)s queued", waiting),
        ),
        (
            back := counts.get(states.BOUNCED, 0) + counts.get(states.FAILED, 0),
            ngettext("%(count)s not delivered", "%(count)s not delivered", back),
        ),
    ]
    return pgettext("list", ", ").join(words % {"count": number} for number, words in groups if number)


def _missed(message: Message) -> list[str]:
    """The names of the people whom it did not reach."""
    states = Notification.State
    rows = _mails(message).filter(state__in=[states.BOUNCED, states.FAILED])
    return list(rows.order_by("recipient__name", "pk").values_list("recipient__name", flat=True))


@require_POST
@for_event(Permission.WRITE_MESSAGES)
def withdrawal(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    """Withdraws a scheduled message. Its text stays and can be used again."""
    found = get_object_or_404(messages_for(event, request.grants).select_related("event"), pk=pk)
    with refusals_shown(request):
        withdraw_message(message=found, at=request.at, by=request.user)
        messages.success(request, _("Canceled. No one will get it; the text is kept here."))
    return redirect("desk_deliveries", event.public_id)
