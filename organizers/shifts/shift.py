"""One shift: its details can change, and it can be cancelled."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from meetups.communities.permissions import Permission
from meetups.core import dates
from meetups.core.errors import DomainError
from meetups.core.links import link
from meetups.core.texts.names import set_apart, with_names
from meetups.events.models import Event
from meetups.registrations.lottery.weights import WINDOW
from meetups.registrations.models import Registration
from meetups.volunteers.actions.shifts.cancel_shift import cancel_shift, may_be_canceled
from meetups.volunteers.actions.shifts.change_shift import (
    PlacesTaken,
    ShiftTimeHasPassed,
    TimeIsOver,
    change_shift,
    shift_version,
)
from meetups.volunteers.approval import mailboxes_that_missed
from meetups.volunteers.duty_seats import name_for_organizers
from meetups.volunteers.models import Shift, Signup
from meetups.volunteers.shift_endings import people_of, takes_effect_at
from meetups.volunteers.staffing import was_sought, who_may_be_asked
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.cancellation_form import CancellationForm
from organizers.desk.edits import Edit
from organizers.desk.frame import event_page
from organizers.desk.refusals import refusals_shown
from organizers.desk.seat_fallback import where_seats_go
from organizers.shifts.shift_form import ShiftForm, as_it_is
from organizers.shifts.shift_volunteers import PersonForm


@require_http_methods(["GET", "POST"])
@for_event(Permission.MANAGE_SHIFTS)
def change(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    """The volunteers, the missing places, and all details of the shift. Afterwards, what each volunteer did."""
    shift = get_object_or_404(event.shifts.open().select_related("event", "lead"), pk=pk)
    posted = request.POST if request.method == "POST" else None
    form = ShiftForm(posted, event=event, shift=shift, at=request.at)
    edit = Edit(request, form, shift_version(shift))
    if edit.succeeds(
        lambda: change_shift(
            shift=shift, plan=form.plan(), seen=request.POST.get("seen"), at=request.at, by=request.user
        ),
        beside=_field_of,
    ):
        _say(request, shift, edit.result)
        if edit.result.help_at != form.plan().help_at:
            messages.warning(
                request, _("People have already been asked, so changing the time of the check has no effect.")
            )
        return redirect("desk_shifts", event.public_id)
    if edit.is_overtaken:
        shift.refresh_from_db()
        edit.compare(as_it_is(event, shift), shift_version(shift))
    context = event_page(
        request, event, current="desk_shifts", form=form, edit=edit, **_shift_context(event, shift, request.at)
    )
    return render(request, "desk/shifts/shift.html", context, status=edit.status)


def _field_of(refusal: DomainError) -> str | None:
    if isinstance(refusal, PlacesTaken):
        return "maximum"
    return "ends" if isinstance(refusal, (TimeIsOver, ShiftTimeHasPassed)) else None


def _say(request: DeskRequest, before: Shift, shift: Shift) -> None:
    """The result of the change: who is told of another time or place, and who has another task at that time."""
    moved = (before.starts_at, before.ends_at, before.place) != (shift.starts_at, shift.ends_at, shift.place)
    if moved and shift.taken and shift.event.is_published:
        said = ngettext(
            "Saved. We’ll email %(count)s volunteer.", "Saved. We’ll email %(count)s volunteers.", shift.taken
        )
        messages.success(request, said % {"count": shift.taken})
    else:
        messages.success(request, _("Saved."))
    if moved:
        for person, others in _clashes(shift).items():
            sentence = _("%(name)s also has %(shifts)s at that time. Both stay as they are, so please talk to them.")
            shifts = pgettext("list", ", ").join(others)
            messages.warning(request, with_names(sentence, name=set_apart(person), shifts=shifts))


def _clashes(shift: Shift) -> dict[str, list[str]]:
    """The names of volunteers with other shifts at the same time, and the titles of these shifts. One query."""
    hers = shift.signups.active().values("volunteer")
    busy = Signup.objects.active().during(shift).filter(volunteer__in=hers).select_related("volunteer", "shift__event")
    found: dict[str, list[str]] = {}
    for one in busy.order_by("volunteer", "shift__starts_at"):
        title = _("“%(shift)s”") % {"shift": name_for_organizers(one.shift, shift.event)}
        found.setdefault(one.volunteer.name, []).append(title)
    return found


def _shift_context(event: Event, shift: Shift, at: datetime) -> dict[str, Any]:
    is_ahead = event.is_open(at) and at < shift.starts_at and not shift.is_being_canceled
    sought = was_sought(shift)
    may_be_asked = is_ahead and shift.is_short and shift.is_offered and not sought
    signups = list(
        (shift.signups.active() | shift.signups.awaiting_approval()).select_related("volunteer").order_by("pk")
    )
    return {
        "shift": shift,
        "is_over": shift.ends_at <= at and event.is_published,
        "is_ahead": is_ahead,
        "missing": max(shift.minimum - shift.taken, 0) if is_ahead else 0,
        "sought": dates.moment(shift.help_sought_at, event.time_zone, get_language() or "en")
        if sought and shift.help_sought_at
        else "",
        "may_be_asked": who_may_be_asked(event, at=at).count() if may_be_asked else 0,
        "signup_url": link("signup", event.public_id, shift.pk),
        "volunteers": [one for one in signups if one.state == Signup.State.SIGNED_UP],
        "clashes": _clashes(shift),
        "person": PersonForm(event, shift) if is_ahead and shift.places_left else None,
        "asked": _asked(shift, signups, at),
        "marks": Signup.Mark.choices,
        "counts_until": shift.ends_at + WINDOW,
    }


def _asked(shift: Shift, signups: list[Signup], at: datetime) -> list[tuple[Signup, bool]]:
    """Those of `signups` that wait for approval, earliest first, and whether each missed a shift lately (RULES 24).

    Empty once the shift has begun.
    """
    if shift.starts_at <= at:
        return []
    waiting = (one for one in signups if one.state == Signup.State.ASKED)
    asked = sorted(waiting, key=lambda one: (one.signed_up_at, one.pk))
    missed = mailboxes_that_missed(shift.event.community_id, at=at) if asked else set()
    return [(one, one.volunteer.person_key in missed) for one in asked]


@require_http_methods(["GET", "POST"])
@for_event(Permission.MANAGE_SHIFTS)
def cancellation(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    """Asks once, with the number of volunteers, the future of their seats, and for a reason. Then cancels the shift.

    Where the shift cannot be canceled any longer, nothing is asked.
    """
    shift = get_object_or_404(event.shifts.select_related("event"), pk=pk)
    form = CancellationForm(
        request.POST if request.method == "POST" else None,
        where=_("It’s in the email to the volunteers, in your own words."),
    )
    with refusals_shown(request):
        if form.is_valid():
            shift = cancel_shift(shift=shift, reason=form.cleaned_data["reason"], at=request.at, by=request.user)
            # Where it can be undone, the bar says so.
            if not shift.is_being_canceled:
                messages.success(request, _("“%(shift)s” is canceled.") % {"shift": shift.title})
        elif may_be_canceled(event, shift, at=request.at):
            return _cancellation_page(request, event, shift, form)
    return redirect("desk_shifts", event.public_id)


def _cancellation_page(request: DeskRequest, event: Event, shift: Shift, form: CancellationForm) -> HttpResponse:
    slots = [(slot, slot.draws_from) for slot in event.slots.in_order().select_related("lottery")]
    until = takes_effect_at(event, shift, slots, at=request.at)
    context = event_page(
        request,
        event,
        current="desk_shifts",
        shift=shift,
        form=form,
        told=people_of(shift),
        waits=until > request.at,
        fallback=_fallback(event, shift, until),
    )
    return render(request, "desk/shifts/shift_cancellation.html", context, status=422 if form.is_bound else 200)


def _fallback(event: Event, shift: Shift, at: datetime) -> str:
    """What happens to the seats that come with the shift (RULES 21, 41); empty if there are none."""
    if not (shift.slot_id and shift.taken):
        return ""
    if event.is_over(at):
        return _("The event is over, so everyone keeps their seat on record.")
    here = shift.signups.active().filter(
        volunteer__registrations__in=Registration.objects.confirmed().filter(event=event, checked_in_at__isnull=False)
    )
    arrived = here.count()
    stays = ngettext(
        "%(count)s of them is checked in and keeps their seat.",
        "%(count)s of them are checked in and keep their seats.",
        arrived,
    ) % {"count": arrived}
    return " ".join([*([stays] if arrived else []), *([where_seats_go(event, at)] if arrived < shift.taken else [])])
