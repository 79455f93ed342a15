"""One shift: its words and numbers change, what each volunteer did is written down, or it is cancelled."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from meetups.communities.permissions import Permission
from meetups.core.errors import DomainError
from meetups.events.models import Event
from meetups.registrations.admission import fallback_slot
from meetups.registrations.weights import WINDOW
from meetups.volunteers.actions.accept_signup import accept_signup
from meetups.volunteers.actions.cancel_shift import cancel_shift
from meetups.volunteers.actions.change_shift import change_shift
from meetups.volunteers.actions.decline_signup import decline_signup
from meetups.volunteers.actions.mark_signup import mark_signup
from meetups.volunteers.approval import has_missed_a_shift
from meetups.volunteers.models import Shift, Signup
from organizers.access import DeskRequest, for_event
from organizers.frame import event_page
from organizers.shifts import ShiftWordsForm


@require_http_methods(["GET", "POST"])
@for_event(Permission.MANAGE_SHIFTS)
def change(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    """Title, instructions, how many people at least and at most; after it, what each volunteer did."""
    at = timezone.now()
    shift = get_object_or_404(event.shifts.open().select_related("event"), pk=pk)
    names = ("title", "instructions", "minimum", "maximum", "needs_approval")
    form = ShiftWordsForm(
        request.POST if request.method == "POST" else None, initial={name: getattr(shift, name) for name in names}
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                change_shift(shift=shift, **form.cleaned_data, at=at, by=request.user)
            except DomainError as refusal:
                form.add_error("maximum", str(refusal))
                status = refusal.status
            else:
                messages.success(request, _("Saved."))
                return redirect("desk_shifts", event.public_id)
    context = event_page(
        request,
        event,
        current="desk_shifts",
        at=at,
        shift=shift,
        form=form,
        is_over=shift.ends_at <= at and event.is_published,
        volunteers=list(shift.signups.active().select_related("volunteer").order_by("pk")),
        asked=_asked(shift, at),
        marks=Signup.Mark.choices,
        counts_until=shift.ends_at + WINDOW,
    )
    return render(request, "desk/shift.html", context, status=status)


def _asked(shift: Shift, at: datetime) -> list[tuple[Signup, bool]]:
    """Who waits for a yes, first first, and whether she has missed a shift lately (RULES 24). Nobody once the shift has begun."""
    if shift.starts_at <= at:
        return []
    asked = shift.signups.asked().select_related("volunteer").order_by("signed_up_at", "pk")
    return [(one, has_missed_a_shift(one.volunteer, shift.event.community_id, at=at)) for one in asked]


@require_POST
@for_event(Permission.MANAGE_SHIFTS)
def answer(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    """Says yes or no to somebody who has asked for a shift."""
    signup = get_object_or_404(Signup.objects.select_related("shift__event", "volunteer"), pk=pk, shift__event=event)
    say = accept_signup if request.POST.get("accept") else decline_signup
    try:
        say(signup=signup, at=timezone.now(), by=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(name)s is told.") % {"name": signup.volunteer.name})
    return redirect("desk_shift", event.public_id, signup.shift_id)


@require_POST
@for_event(Permission.MANAGE_SHIFTS)
def mark(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    """Writes down whether one volunteer did the shift, or takes that back."""
    signup = get_object_or_404(Signup.objects.select_related("shift__event", "volunteer"), pk=pk, shift__event=event)
    said = request.POST.get("mark", "")
    try:
        mark_signup(
            signup=signup,
            mark=Signup.Mark(said) if said in Signup.Mark.values else None,
            at=timezone.now(),
            by=request.user,
        )
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Saved."))
    return redirect("desk_shift", event.public_id, signup.shift_id)


@require_http_methods(["GET", "POST"])
@for_event(Permission.MANAGE_SHIFTS)
def cancellation(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    """Asks once, with the number of people who lose it and what becomes of their seats; then cancels the shift."""
    at = timezone.now()
    shift = get_object_or_404(event.shifts.select_related("event"), pk=pk)
    if request.method != "POST":
        context = event_page(
            request, event, current="desk_shifts", at=at, shift=shift, fallback=_fallback(event, shift, at)
        )
        return render(request, "desk/shift_cancellation.html", context)
    try:
        cancel_shift(shift=shift, at=at, by=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("“%(shift)s” is cancelled.") % {"shift": shift.title})
    return redirect("desk_shifts", event.public_id)


def _fallback(event: Event, shift: Shift, at: datetime) -> str:
    """What becomes of the seats that come with the shift (RULES 21); empty where there are none."""
    if not (shift.slot_id and shift.taken):
        return ""
    slots = [(slot, slot.draws_from) for slot in event.slots.in_order().select_related("lottery")]
    general = fallback_slot(slots, at)
    if general is None or general.closes_at <= at:
        return _("Seats that came with it go, unless another shift or a talk holds them.")
    lottery = dict(slots)[general]
    if lottery and lottery.takes_entries(at):
        sentence = _(
            "Seats that came with it become entries in the lottery for “%(slot)s”, unless something else holds them."
        )
    else:
        sentence = _(
            "Who had a seat with it gets a free one in “%(slot)s”, or else stands at the end of its queue, unless something else holds the seat."
        )
    return sentence % {"slot": general.name}
