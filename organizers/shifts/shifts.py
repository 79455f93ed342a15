"""The shifts of an event, and their volunteers."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from meetups.communities.permissions import Permission
from meetups.core import dates
from meetups.events.models import Event
from meetups.volunteers.actions.shifts.plan_shift import plan_shift
from meetups.volunteers.actions.shifts.plan_usual_shifts import plan_usual_shifts
from meetups.volunteers.models import Signup
from meetups.volunteers.usual_shifts import Blueprint, blueprints_for
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.edits import SentForm
from organizers.desk.frame import event_page
from organizers.desk.refusals import refusals_shown
from organizers.shifts.shift_form import ShiftForm


class UsualShiftsForm(forms.Form):
    """The choice among the usual shifts."""

    usual = forms.MultipleChoiceField(
        label=gettext_lazy("The usual shifts"), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, event: Event, blueprints: list[Blueprint]) -> None:
        super().__init__(initial={"usual": [one.role for one in blueprints if one.usual]})
        choice = self.fields["usual"]
        assert isinstance(choice, forms.MultipleChoiceField)
        choice.choices = [(one.role.value, _in_words(one, event)) for one in blueprints]


def _in_words(blueprint: Blueprint, event: Event) -> SafeString:
    """One line of the list: title, time, number of people, and whether the shift guarantees a seat."""
    starts_at, ends_at = blueprint.times(event)
    least, most = blueprint.minimum, blueprint.maximum
    people = f"{least}–{most}" if least < most else str(most)
    facts = [
        dates.time_range(starts_at, ends_at, event.time_zone, get_language() or "en"),
        ngettext("%(people)s person", "%(people)s people", most) % {"people": people},
        *([_("with a guaranteed seat")] if blueprint.gives_seat(event) else []),
    ]
    return format_html("<span>{}<small>{}</small></span>", blueprint.title, " · ".join(facts))


@require_http_methods(["GET", "POST"])
@for_event(Permission.MANAGE_SHIFTS)
def shifts(request: DeskRequest, event: Event) -> HttpResponse:
    """The shifts with their volunteers, the usual shifts to add, and a form for a new one."""
    form = ShiftForm(request.POST if request.method == "POST" else None, event=event, at=request.at)
    sent = SentForm(form)
    if sent.succeeds(
        lambda: plan_shift(
            event=event,
            plan=form.plan(),
            guarantees_seat=form.cleaned_data["guarantees_seat"],
            at=request.at,
            by=request.user,
        )
    ):
        messages.success(request, _("“%(shift)s” is now on the event page.") % {"shift": sent.result.title})
        return redirect("desk_shifts", event.public_id)
    return _shifts_page(request, event, form, status=sent.status)


@require_POST
@for_event(Permission.MANAGE_SHIFTS)
def usual(request: DeskRequest, event: Event) -> HttpResponse:
    """Adds the usual shifts that are ticked. Existing ones stay unchanged."""
    with refusals_shown(request):
        made = plan_usual_shifts(event=event, roles=request.POST.getlist("usual"), at=request.at, by=request.user)
        if made:
            said = ngettext("%(count)s shift added.", "%(count)s shifts added.", len(made))
            messages.success(request, said % {"count": len(made)})
        else:
            messages.info(request, _("Nothing was added. Select the shifts you want."))
    return redirect("desk_shifts", event.public_id)


def _shifts_page(request: DeskRequest, event: Event, form: ShiftForm, *, status: int = 200) -> HttpResponse:
    signups = Prefetch(
        "signups", Signup.objects.active().select_related("volunteer").order_by("pk"), to_attr="active_signups"
    )
    asked = Prefetch("signups", Signup.objects.awaiting_approval(), to_attr="asked_signups")
    planned = list(event.shifts.open().in_order().select_related("slot", "lead").prefetch_related(signups, asked))
    blueprints = blueprints_for(event, planned, at=request.at)
    more: dict[str, Any] = {
        "form": form,
        "shifts": planned,
        "usual": UsualShiftsForm(event, blueprints) if blueprints else None,
        "at": request.at,
    }
    context = event_page(request, event, current="desk_shifts") | more
    return render(request, "desk/shifts/shifts.html", context, status=status)
