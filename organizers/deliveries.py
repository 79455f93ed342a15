"""Messages of an event: what organizers wrote, and what people were told: who, what, when, and what became of it. No texts: a mail may hold a code or a link."""

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.http import require_safe

from meetups.communities.permissions import Permission
from meetups.events.models import Event
from meetups.notifications.models import Notification, Suppression
from organizers.access import DeskRequest, for_event
from organizers.frame import event_page
from organizers.message_names import name_of
from organizers.messages import written

State = Notification.State
PAGE = 100
# What the list can be narrowed to, with its colour; what is on its way counts as due.
STATES = {
    "sent": (pgettext_lazy("message", "Sent"), "certain", [State.SENT]),
    "due": (pgettext_lazy("message", "Due"), "waiting", [State.WAITING, State.SENDING]),
    "bounced": (pgettext_lazy("message", "Came back"), "act", [State.BOUNCED]),
    "failed": (pgettext_lazy("message", "Given up"), "act", [State.FAILED]),
    "void": (pgettext_lazy("message", "Dropped"), "over", [State.VOID]),
}
BY_STATE = {state: name for name, (_label, _tone, states) in STATES.items() for state in states}


@dataclass(frozen=True)
class Delivery:
    """One line: what to whom, in which state, with the instant that belongs to it and why it did not arrive."""

    what: str
    whom: str
    label: str
    tone: str
    at: datetime
    reason: str


@dataclass(frozen=True)
class Filter:
    """A state to narrow the list to, and how many there are."""

    name: str
    label: str
    number: int
    is_current: bool


@require_safe
@for_event(Permission.MANAGE_ATTENDEES)
def deliveries(request: DeskRequest, event: Event) -> HttpResponse:
    """What organizers wrote, and the log of all mails, newest first, 100 a page; `?state=` and `?q=` (a name) narrow the log."""
    at = timezone.now()
    told = Notification.objects.filter(thread=event.thread)
    chosen = request.GET.get("state", "")
    name = request.GET.get("q", "").replace("\0", "").strip()[:100]
    found = told.filter(state__in=STATES[chosen][2]) if chosen in STATES else told
    if name:
        found = found.filter(Q(recipient__name__icontains=name) | Q(address__iexact=name))
    page = Paginator(found.select_related("recipient").order_by("-due_at", "-pk"), PAGE).get_page(
        request.GET.get("page")
    )
    context = event_page(
        request,
        event,
        current="desk_deliveries",
        at=at,
        filters=_filters(told, chosen),
        chosen=chosen if chosen in STATES else "",
        q=name,
        page=page,
        rows=_rows(page),
        stopped=_stopped(event),
        written=written(event),
        may_write=event.state != Event.State.DRAFT,
    )
    return render(request, "desk/deliveries.html", context)


def _filters(told: QuerySet[Notification], chosen: str) -> list[Filter]:
    counted = dict(told.values_list("state").annotate(number=Count("pk")))
    total = [Filter("", pgettext("filter", "All"), sum(counted.values()), chosen not in STATES)]
    return total + [
        Filter(name, str(label), sum(counted.get(state, 0) for state in states), name == chosen)
        for name, (label, _tone, states) in STATES.items()
    ]


def _rows(page: "Page[Notification]") -> list[Delivery]:
    return [_row(one) for one in page.object_list]


def _row(one: Notification) -> Delivery:
    label, tone, _states = STATES[BY_STATE[State(one.state)]]
    return Delivery(
        what=name_of(one.kind),
        whom=one.recipient.name if one.recipient else one.address,
        label=str(label),
        tone=tone,
        at=one.settled_at or one.retry_at or one.due_at,
        reason=_reason(one),
    )


def _reason(one: Notification) -> str:
    if one.state in {State.BOUNCED, State.FAILED}:
        return one.error
    if one.state == State.WAITING and one.attempts:
        return _("Tried %(times)s times; tried again at the time shown.") % {"times": one.attempts}
    return ""


def _stopped(event: Event) -> list[str]:
    """The names of those whom no mail reaches: their address came back here, and nobody has asked to try it again."""
    bounced = Notification.objects.filter(thread=event.thread, state=State.BOUNCED, recipient__isnull=False)
    people = dict(bounced.values_list("recipient__email", "recipient__name").distinct())
    stopped = Suppression.objects.filter(address__in=[address.lower() for address in people])
    still = set(stopped.values_list("address", flat=True))
    return sorted(name for address, name in people.items() if address.lower() in still)
