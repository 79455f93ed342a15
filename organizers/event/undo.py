"""Taking back what was done, or not waiting any longer: the two buttons of the bar (RULES 190)."""

from collections.abc import Callable, Iterable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext
from django.views.decorators.http import require_POST

from meetups.communities.permissions import Permission
from meetups.events.models import Event, Undo
from meetups.events.undo import UndoHasEnded
from meetups.lifecycle.actions.messages.send_message import send_message
from meetups.lifecycle.actions.messages.take_back_message import take_back_message
from meetups.lifecycle.actions.undo.announce_now import announce_now
from meetups.lifecycle.actions.undo.take_back_cancellation import take_back_cancellation
from meetups.lifecycle.actions.undo.take_back_change import take_back_change
from meetups.lifecycle.actions.undo.take_back_duties import take_back_duties
from meetups.lifecycle.actions.undo.take_back_publication import take_back_publication
from meetups.lifecycle.actions.undo.tell_now import tell_now
from meetups.volunteers.actions.shifts.end_shift_now import end_shift_now
from meetups.volunteers.actions.shifts.take_back_shift import take_back_shift
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.refusals import refusals_shown
from organizers.desk.undo_bar import may_undo

# For each kind: what takes it back, and what does not wait. Both say where to go next.
type Step = Callable[[DeskRequest, Undo], str]


@require_POST
@for_event(Permission.SEE_DESK)
def undo(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    """`intent` is the button: `undo` takes it back, `send` does not wait."""
    steps = {"undo": UNDO, "send": SEND}.get(request.POST.get("intent", ""))
    found = Undo.objects.select_related("event").filter(pk=pk).first()
    if found and (found.event != event or not may_undo(event, [found], request.grants)):
        raise Http404
    here = reverse(
        "desk_event" if Permission.PLAN_EVENTS in request.grants else "desk_event_team", args=[event.public_id]
    )
    with refusals_shown(request):
        if steps is None or found is None:
            raise UndoHasEnded
        here = steps[Undo.Kind(found.kind)](request, found)
    return redirect(here)


def _take_back_message(request: DeskRequest, undo: Undo) -> str:
    message = take_back_message(undo=undo, at=request.at, by=request.user)
    messages.success(request, _("Undone. No one got it, and here’s its text."))
    return f"{reverse('desk_message_new', args=[undo.event.public_id])}?copy={message.pk}"


def _send_message(request: DeskRequest, undo: Undo) -> str:
    message = undo.event.messages.get(pk=undo.subject.partition(":")[2])
    if not send_message(message=message, at=request.at, by=request.user):
        raise UndoHasEnded
    messages.success(request, _("Sent."))
    return reverse("desk_deliveries", args=[undo.event.public_id])


def _take_back_shift(request: DeskRequest, undo: Undo) -> str:
    shift = take_back_shift(undo=undo, at=request.at, by=request.user)
    messages.success(request, _("Undone. “%(shift)s” takes place, and no one was emailed.") % {"shift": shift.title})
    return reverse("desk_shifts", args=[undo.event.public_id])


def _end_shift_now(request: DeskRequest, undo: Undo) -> str:
    shift = end_shift_now(undo=undo, at=request.at, by=request.user)
    messages.success(request, _("“%(shift)s” is canceled.") % {"shift": shift.title})
    return reverse("desk_shifts", args=[undo.event.public_id])


def _take_back_publication(request: DeskRequest, undo: Undo) -> str:
    done = take_back_publication(undo=undo, at=request.at, by=request.user)
    if done.drafts:
        count = len(done.drafts)
        words = ngettext(
            "Undone. It’s a draft again, and no one was emailed.",
            "Undone. %(count)d events are drafts again, and no one was emailed.",
            count,
        )
        messages.success(request, words % {"count": count})
    if done.stay:
        words = ngettext(
            "%(titles)s stays published: someone already has a part there. Cancel it instead.",
            "%(titles)s stay published: someone already has a part there. Cancel them instead.",
            len(done.stay),
        )
        messages.error(request, words % {"titles": _titles(done.stay)})
    if done.begun:
        words = ngettext(
            "%(titles)s stays published: it has begun.", "%(titles)s stay published: they have begun.", len(done.begun)
        )
        messages.error(request, words % {"titles": _titles(done.begun)})
    back = undo.event if undo.event in done.drafts or not done.drafts else done.drafts[0]
    return reverse("desk_event_copied" if done.drafts else "desk_event", args=[back.public_id])


def _titles(events: Iterable[Event]) -> str:
    return pgettext("list", ", ").join(_("“%(title)s”") % {"title": event.title} for event in events)


def _step(action: Callable[..., object], said: Promise, page: str) -> Step:
    """A step that is done by `action`; then `said` is said on `page`."""

    def step(request: DeskRequest, undo: Undo) -> str:
        action(undo=undo, at=request.at, by=request.user)
        messages.success(request, str(said))
        return reverse(page, args=[undo.event.public_id])

    return step


UNDO: dict[Undo.Kind, Step] = {
    Undo.Kind.MESSAGE: _take_back_message,
    Undo.Kind.CHANGE: _step(
        take_back_change, gettext_lazy("Undone. Everything is as it was, and no one was emailed."), "desk_event"
    ),
    Undo.Kind.CANCELLATION: _step(
        take_back_cancellation, gettext_lazy("Undone. The event takes place, and no one was emailed."), "desk_event"
    ),
    Undo.Kind.DUTIES: _step(
        take_back_duties,
        gettext_lazy("Undone. Everything is with the same person again, and no one was emailed."),
        "desk_event_team",
    ),
    Undo.Kind.SHIFT: _take_back_shift,
    Undo.Kind.PUBLICATION: _take_back_publication,
}
SEND: dict[Undo.Kind, Step] = {
    Undo.Kind.MESSAGE: _send_message,
    Undo.Kind.CHANGE: _step(tell_now, gettext_lazy("Sent."), "desk_event"),
    Undo.Kind.CANCELLATION: _step(tell_now, gettext_lazy("Sent."), "desk_event"),
    Undo.Kind.DUTIES: _step(tell_now, gettext_lazy("Sent."), "desk_event_team"),
    Undo.Kind.SHIFT: _end_shift_now,
    Undo.Kind.PUBLICATION: _step(announce_now, gettext_lazy("Sent."), "desk_event"),
}
