"""Messages of an event: what organizers wrote, and the log of all mails: who got what, when, and with what result.

The log shows no texts, because a mail may contain a code or a link. It answers "I got no mail": a search finds the person
with their address, the result of each mail in plain words, and a button that sends it again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from meetups.communities.permissions import Permission
from meetups.events.models import Event
from meetups.lifecycle.actions.send_mail_again import send_mail_again
from meetups.notifications.email_registry import asked_by_anyone
from meetups.notifications.models import Notification
from meetups.notifications.suppressions import suppressed_among
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.frame import event_page
from organizers.desk.refusals import refusals_shown
from organizers.messages.bounce_words import in_plain_words
from organizers.messages.message_groups import chosen_group, groups_of
from organizers.messages.message_names import name_of
from organizers.messages.messages import written

State = Notification.State
PAGE = 100
# The states that filter the list, with their colours. A mail that is being sent counts as due.
STATES = {
    "sent": (pgettext_lazy("message", "Sent"), "certain", [State.SENT]),
    "due": (pgettext_lazy("message", "Queued"), "waiting", [State.WAITING, State.SENDING]),
    "bounced": (pgettext_lazy("message", "Bounced"), "act", [State.BOUNCED]),
    "failed": (pgettext_lazy("message", "Failed"), "act", [State.FAILED]),
    "void": (pgettext_lazy("message", "Not sent"), "over", [State.VOID]),
}
BY_STATE = {state: name for name, (_label, _tone, states) in STATES.items() for state in states}
# The meaning of each state for a person who finds nothing in their mailbox.
MEANINGS = {
    "sent": gettext_lazy(
        "The recipient’s server accepted it. If they can’t find it, ask them to check spam first. Then "
        "you can send it again."
    ),
    "due": gettext_lazy("It will be sent automatically, usually within two minutes."),
    "bounced": gettext_lazy(
        "This address bounces, so sending is paused until someone tries again. Check the spelling with its owner."
    ),
    "failed": gettext_lazy("The server didn’t accept it after several tries. You can try again."),
    "void": gettext_lazy("By then it was out of date, or the person didn’t want this kind of email."),
}
AGAIN = {State.SENT: gettext_lazy("Send again"), State.BOUNCED: gettext_lazy("Try again")}
AGAIN[State.FAILED] = AGAIN[State.BOUNCED]


@dataclass(frozen=True)
class Delivery:
    """One line: the message, its recipient, its state, the instant that belongs to the state, and why it did not arrive.

    `answer` is the server's own text. `again` is the label of the button that sends it once more; empty if there is no button.
    """

    pk: int
    what: str
    whom: str
    address: str
    label: str
    tone: str
    at: datetime
    reason: str
    answer: str
    again: str


@dataclass(frozen=True)
class Filter:
    """A state that filters the list, and the number of lines in it."""

    name: str
    label: str
    number: int
    is_current: bool


@require_safe
@for_event(Permission.WRITE_MESSAGES)
def deliveries(request: DeskRequest, event: Event) -> HttpResponse:
    """The messages of organizers, and the log of all mails, newest first, 100 a page.

    `?kind=` (a kind, or a message of the organizers), `?state=` and `?q=` (part of a name, or an address) filter the log.
    """
    if Permission.MANAGE_ATTENDEES not in request.grants:
        return _of_staff(request, event)
    told = Notification.objects.filter(thread=event.thread)
    chosen = request.GET.get("state", "")
    asked = request.GET.get("q", "").replace("\0", "").strip()[:254]
    if asked:
        by_address = Q(address__iexact=asked) & ~Q(kind__in=asked_by_anyone())
        told = told.filter(Q(recipient__name__icontains=asked) | Q(recipient__email__iexact=asked) | by_address)
    key = request.GET.get("kind", "")[:60]
    groups_from, told = told, chosen_group(told, key)
    found = told.filter(state__in=STATES[chosen][2]) if chosen in STATES else told
    page = Paginator(found.prefetch_related("recipient").order_by("-due_at", "-pk"), PAGE).get_page(
        request.GET.get("page")
    )
    lines = written(event, request.grants)
    subjects = {line.message.subject: line.subject for line in lines}
    groups = groups_of(groups_from, subjects, key)
    rows = [_row(one, subjects, is_asked=bool(asked)) for one in page.object_list]
    context = event_page(
        request,
        event,
        current="desk_deliveries",
        filters=_filters(told, chosen),
        chosen=chosen if chosen in STATES else "",
        q=asked,
        kind=key,
        groups=groups,
        group=next((one for one in groups if one.is_current), None),
        page=page,
        rows=rows,
        meanings=_meanings(rows) if asked or chosen in STATES else [],
        may_repeat=any(row.again for row in rows),
        stopped=_stopped(event),
        # A search is about one person, so their mails come first and the organizers' messages are left out.
        written=[line for line in lines if not line.is_withdrawn and not asked and not key],
        withdrawn=[line for line in lines if line.is_withdrawn and not asked and not key],
        may_write=event.state != Event.State.DRAFT,
        sees_log=True,
    )
    return render(request, "desk/messages/message_log.html", context)


def _of_staff(request: DeskRequest, event: Event) -> HttpResponse:
    """The messages to those whom program or volunteer staff look after; not the log, which has the mails of everyone."""
    lines = written(event, request.grants)
    context = event_page(
        request,
        event,
        current="desk_deliveries",
        written=[line for line in lines if not line.is_withdrawn],
        withdrawn=[line for line in lines if line.is_withdrawn],
        may_write=event.state != Event.State.DRAFT,
    )
    return render(request, "desk/messages/message_log.html", context)


@require_POST
@for_event(Permission.MANAGE_ATTENDEES)
def again(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    """Sends one mail once more and goes back to the list. `query` holds the filters of the list."""
    row = get_object_or_404(Notification, pk=pk, thread=event.thread)
    with refusals_shown(request):
        send_mail_again(event=event, notification=row, at=request.at, by=request.user)
        messages.success(request, _("Sending it again. It usually arrives within two minutes."))
    asked = QueryDict(request.POST.get("query", "")[:600].removeprefix("?"))
    return redirect(reverse("desk_deliveries", args=[event.public_id]) + (f"?{asked.urlencode()}" if asked else ""))


def _filters(told: QuerySet[Notification], chosen: str) -> list[Filter]:
    counted = dict(told.values_list("state").annotate(number=Count("pk")))
    total = [Filter("", pgettext("filter", "All"), sum(counted.values()), chosen not in STATES)]
    return total + [
        Filter(name, str(label), sum(counted.get(state, 0) for state in states), name == chosen)
        for name, (label, _tone, states) in STATES.items()
    ]


def _row(one: Notification, subjects: Mapping[str, str], *, is_asked: bool) -> Delivery:
    """`subjects` are those of the organizers' own messages. After a search (`is_asked`) sent mails can be sent again."""
    label, tone, _states = STATES[BY_STATE[State(one.state)]]
    failed = one.state in {State.BOUNCED, State.FAILED}
    return Delivery(
        pk=one.pk,
        what=_("“%(subject)s”, from the organizers") % {"subject": subjects[one.subject]}
        if one.kind == "organizer_message" and one.subject in subjects
        else name_of(one.kind),
        whom=_whom(one),
        address=one.recipient.email if one.recipient and is_asked else "",
        label=str(label),
        tone=tone,
        at=one.settled_at or one.retry_at or one.due_at,
        reason=_reason(one),
        answer=one.error if failed else "",
        again=str(AGAIN.get(State(one.state), "")) if is_asked or failed else "",
    )


def _whom(one: Notification) -> str:
    """The name of the recipient, or the address that organizers typed. An address that no one has proved is not theirs to read."""
    if one.recipient:
        return one.recipient.name
    return _("Someone registering without an account") if one.kind in asked_by_anyone() else one.address


def _reason(one: Notification) -> str:
    if one.state in {State.BOUNCED, State.FAILED}:
        return in_plain_words(one.error)
    if one.state == State.WAITING and one.attempts:
        return _("Tried %(times)s times; the next try is at the time shown.") % {"times": one.attempts}
    return ""


def _meanings(rows: list[Delivery]) -> list[tuple[str, str, str]]:
    """Label, tone and meaning of each state that occurs in `rows`."""
    there = {row.label for row in rows}
    return [
        (str(label), tone, str(MEANINGS[name]))
        for name, (label, tone, _states) in STATES.items()
        if str(label) in there
    ]


def _stopped(event: Event) -> list[str]:
    """The names of the people whom no mail reaches: their address bounced here, and no one asked to try it again."""
    bounced = Notification.objects.filter(thread=event.thread, state=State.BOUNCED, recipient__isnull=False)
    people = dict(bounced.values_list("recipient__email", "recipient__name").distinct())
    still = suppressed_among(people)
    return sorted(name for address, name in people.items() if address.lower() in still)
