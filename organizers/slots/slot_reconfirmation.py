"""“Are you still coming?”: the attendance check of a slot, with its dates and the rule for seats without an answer."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from meetups.communities.permissions import Permission
from meetups.core import dates
from meetups.core.zones import wall_at
from meetups.events.models import Event
from meetups.registrations.actions.reconfirmation.drop_reconfirmation import drop_reconfirmation
from meetups.registrations.actions.reconfirmation.plan_reconfirmation import (
    plan_reconfirmation,
    reconfirmation_version,
)
from meetups.registrations.models import Reconfirmation, Slot
from meetups.registrations.reconfirmation import latest_answer, reconfirmation_of
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.edits import Edit
from organizers.desk.fields import WallField
from organizers.desk.refusals import refusals_shown
from organizers.slots.slot_frame import instant_of, slot_of, slot_page

# The usual time to answer.
USUAL_ANSWER_TIME = timedelta(hours=48)


class ReconfirmationForm(forms.Form):
    """When to ask, the deadline for answers, and the meaning of no answer."""

    ask = WallField(label=gettext_lazy("Ask on"))
    answer = WallField(label=gettext_lazy("Reply by"))
    silent = forms.ChoiceField(
        label=gettext_lazy("If someone doesn’t reply"),
        choices=[
            ("keep", gettext_lazy("Keep their seat (you can see who hasn’t replied)")),
            ("release", gettext_lazy("Give their seat to the waitlist")),
        ],
        widget=forms.RadioSelect,
        initial="keep",
    )


def planned_of(slot: Slot) -> Reconfirmation | None:
    return getattr(slot, "reconfirmation", None)


def typed(slot: Slot, event: Event) -> dict[str, Any]:
    """The planned values, or the usual ones.

    Usually answers are due as late as possible. The question comes two days earlier, but not before a draw.
    """
    planned, lottery = planned_of(slot), slot.draws_from
    if planned:
        ask_at, answer_by = planned.ask_at, planned.answer_by
    else:
        answer_by = latest_answer(slot)
        ask_at = answer_by - USUAL_ANSWER_TIME
        if lottery and not lottery.is_drawn:
            ask_at = max(ask_at, lottery.draws_at)
    silent = "release" if planned and planned.releases_silent else "keep"
    return {"ask": wall_at(ask_at, event.time_zone), "answer": wall_at(answer_by, event.time_zone), "silent": silent}


@require_http_methods(["GET", "POST"])
@for_event(Permission.PLAN_EVENTS)
def reconfirmation(request: DeskRequest, event: Event, slot: str) -> HttpResponse:
    """Plans the attendance check, or removes it (`intent=drop`) if it has not been sent."""
    found = slot_of(event, slot)
    if not found.is_general:
        raise Http404
    planned = planned_of(found)
    if request.POST.get("intent") == "drop" and planned:
        return _drop(request, event, found, planned)
    form = ReconfirmationForm(request.POST if request.method == "POST" else None, initial=typed(found, event))
    edit = Edit(request, form, reconfirmation_version(planned))
    # A clock reading that did not change keeps its exact instant.
    ask_now, answer_now = (planned.ask_at, planned.answer_by) if planned else (request.at, latest_answer(found))
    if edit.succeeds(
        lambda: plan_reconfirmation(
            slot=found,
            ask_at=instant_of(form.cleaned_data["ask"], ask_now, event),
            answer_by=instant_of(form.cleaned_data["answer"], answer_now, event),
            releases_silent=form.cleaned_data["silent"] == "release",
            seen=request.POST.get("seen"),
            at=request.at,
            by=request.user,
        )
    ):
        messages.success(request, _("Saved."))
        return redirect("desk_slot", event.public_id, found.public_id)
    if edit.is_overtaken:
        found = slot_of(event, slot)
        edit.compare(typed(found, event), reconfirmation_version(planned_of(found)))
    context = slot_page(request, event, found, form=form, edit=edit, **_about(event, found))
    return render(request, "desk/slots/slot_reconfirmation.html", context, status=edit.status)


def _about(event: Event, slot: Slot) -> dict[str, Any]:
    planned, lottery = planned_of(slot), slot.draws_from
    language, zone = get_language() or "en", event.time_zone
    return {
        "planned": planned,
        "asked": reconfirmation_of(slot) if planned and planned.state != Reconfirmation.State.PLANNED else None,
        "latest": dates.moment(latest_answer(slot), zone, language),
        "draw_on": dates.moment(lottery.draws_at, zone, language) if lottery and not lottery.is_drawn else "",
    }


def _drop(request: DeskRequest, event: Event, slot: Slot, reconfirmation: Reconfirmation) -> HttpResponse:
    with refusals_shown(request):
        drop_reconfirmation(reconfirmation=reconfirmation, at=request.at, by=request.user)
        messages.success(request, _("Attendance check canceled."))
        return redirect("desk_slot", event.public_id, slot.public_id)
    return redirect("desk_slot_reconfirmation", event.public_id, slot.public_id)
