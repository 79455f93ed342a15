"""Taking back what was done, or not waiting any longer: the two buttons of the bar (RULES 190)."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from meetups.communities.permissions import Permission
from meetups.core.errors import DomainError
from meetups.events.models import Event, Undo
from meetups.events.undo import UndoHasEnded
from meetups.lifecycle.actions.messages.send_message import send_message
from meetups.lifecycle.actions.messages.take_back_message import take_back_message
from meetups.lifecycle.actions.undo.take_back_cancellation import take_back_cancellation
from meetups.lifecycle.actions.undo.take_back_change import take_back_change
from meetups.lifecycle.actions.undo.tell_now import tell_now
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.undo_bar import NEEDS

# For each kind: what takes it back, and what does not wait. Both say where to go next.
type Step = Callable[[DeskRequest, Undo], str]


@require_POST
@for_event(Permission.SEE_DESK)
def undo(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    """`intent` is the button: `undo` takes it back, `send` lets the mail leave now."""
    steps = {"undo": UNDO, "send": SEND}.get(request.POST.get("intent", ""))
    found = Undo.objects.select_related("event").filter(pk=pk).first()
    if found and (found.event != event or NEEDS[Undo.Kind(found.kind)] not in request.grants):
        raise Http404
    here = reverse("desk_event", args=[event.public_id])
    try:
        if steps is None or found is None:
            raise UndoHasEnded
        here = steps[Undo.Kind(found.kind)](request, found)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect(here)


def _take_back_message(request: DeskRequest, undo: Undo) -> str:
    message = take_back_message(undo=undo, at=timezone.now(), by=request.user)
    messages.success(request, _("Undone. No one got it, and here’s its text."))
    return f"{reverse('desk_message_new', args=[undo.event.public_id])}?copy={message.pk}"


def _send_message(request: DeskRequest, undo: Undo) -> str:
    message = undo.event.messages.get(pk=undo.subject.partition(":")[2])
    if not send_message(message=message, at=timezone.now(), by=request.user):
        raise UndoHasEnded
    messages.success(request, _("Sent."))
    return reverse("desk_deliveries", args=[undo.event.public_id])


def _take_back_change(request: DeskRequest, undo: Undo) -> str:
    event = take_back_change(undo=undo, at=timezone.now(), by=request.user)
    messages.success(request, _("Undone. Everything is as it was, and no one was emailed."))
    return reverse("desk_event", args=[event.public_id])


def _take_back_cancellation(request: DeskRequest, undo: Undo) -> str:
    event = take_back_cancellation(undo=undo, at=timezone.now(), by=request.user)
    messages.success(request, _("Undone. The event takes place, and no one was emailed."))
    return reverse("desk_event", args=[event.public_id])


def _tell_now(request: DeskRequest, undo: Undo) -> str:
    tell_now(undo=undo, at=timezone.now(), by=request.user)
    messages.success(request, _("Sent."))
    return reverse("desk_event", args=[undo.event.public_id])


UNDO: dict[Undo.Kind, Step] = {
    Undo.Kind.MESSAGE: _take_back_message,
    Undo.Kind.CHANGE: _take_back_change,
    Undo.Kind.CANCELLATION: _take_back_cancellation,
}
SEND: dict[Undo.Kind, Step] = {
    Undo.Kind.MESSAGE: _send_message,
    Undo.Kind.CHANGE: _tell_now,
    Undo.Kind.CANCELLATION: _tell_now,
}
