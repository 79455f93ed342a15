"""The pages for a new slot of an event and for the number of seats in a slot."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from meetups.communities.permissions import Permission
from meetups.core.errors import DomainError
from meetups.core.texts.safe_text import validate_visible
from meetups.core.versions import ChangedMeanwhile
from meetups.events.models import Event
from meetups.registrations.actions.slots.add_slot import add_slot
from meetups.registrations.actions.slots.change_capacity import change_capacity
from meetups.registrations.admission import usual_lottery_dates
from meetups.registrations.models import Slot
from meetups.registrations.new_slots import SlotPlan
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.edits import Edit, SentForm
from organizers.desk.fields import WallField
from organizers.desk.frame import event_page
from organizers.slots.defaults import USUAL_SEATS, admission_choices
from organizers.slots.lottery_dates import lottery_dates
from organizers.slots.lottery_source import usual_terms


def _admissions() -> list[tuple[str, str]]:
    """The ways to get into an additional slot. The slot for volunteers comes with their shifts."""
    return [*admission_choices(), (Slot.Admission.INVITED.value, _("By invitation"))]


class CapacityForm(forms.Form):
    capacity = forms.IntegerField(label=gettext_lazy("Seats"), min_value=0, max_value=100_000)


class NewSlotForm(forms.Form):
    """A new slot of `event`. Its times are read on the event's clock; `at` is the present instant."""

    name = forms.CharField(
        label=gettext_lazy("Name of the slot"),
        max_length=60,
        validators=[validate_visible],
        help_text=gettext_lazy("Who it’s for, in a word or two."),
    )
    admission = forms.ChoiceField(
        label=gettext_lazy("Admission"),
        choices=lazy(_admissions, list),
        widget=forms.RadioSelect,
        initial=Slot.Admission.FIRST_COME,
    )
    capacity = forms.IntegerField(label=gettext_lazy("Seats"), min_value=1, max_value=100_000, initial=USUAL_SEATS // 4)
    closes = WallField(label=gettext_lazy("Entries close"), required=False)
    draws = WallField(label=gettext_lazy("Draw"), required=False)

    def __init__(self, *args: Any, event: Event, at: datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        self.event = event
        self.at = at

    def clean(self) -> dict[str, Any]:
        """Adds `lottery` (LotteryDates or None). Empty dates are computed."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("admission") == Slot.Admission.LOTTERY:
            starts_at, zone = self.event.starts_at, self.event.time_zone
            cleaned["lottery"] = lottery_dates(self, starts_at=starts_at, zone=zone, at=self.at)
        return cleaned

    def plan(self) -> SlotPlan:
        """The typed values as a plan."""
        typed = self.cleaned_data
        admission, lottery = Slot.Admission(typed["admission"]), typed.get("lottery")
        return SlotPlan(typed["name"], admission, typed["capacity"], lottery, usual_terms())


@require_http_methods(["GET", "POST"])
@for_event(Permission.PLAN_EVENTS)
def new(request: DeskRequest, event: Event) -> HttpResponse:
    """Adds a slot that people can ask for at once. The form shows the usual dates of a lottery."""
    form = NewSlotForm(request.POST if request.method == "POST" else None, event=event, at=request.at)
    sent = SentForm(form)
    if sent.succeeds(lambda: add_slot(event=event, plan=form.plan(), at=request.at, by=request.user)):
        messages.success(request, _("Slot “%(slot)s” added.") % {"slot": sent.result.name})
        return redirect("desk_event", event.public_id)
    usual = usual_lottery_dates(event.starts_at, event.time_zone, request.at)
    shown = {"usual": usual if usual.closes_at > request.at else None, "opens": event.opens_later(request.at)}
    context = event_page(request, event, current="desk_slots", form=form, **shown)
    return render(request, "desk/slots/slot_new.html", context, status=sent.status)


@require_POST
@for_event(Permission.PLAN_EVENTS)
def capacity(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    """More seats promote people in the queue. A number below the taken seats is refused. A duty slot follows its shifts.

    Where someone else has set another number meanwhile, both are shown.
    """
    slots = event.slots.exclude(admission=Slot.Admission.DUTY).select_related("event")
    slot = get_object_or_404(slots, pk=pk)
    form = CapacityForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Enter a number of seats from 0 to 100,000. Nothing was changed."))
        return redirect("desk_event", event.public_id)
    edit = Edit(request, form, str(slot.capacity))
    try:
        slot = change_capacity(
            slot=slot,
            capacity=form.cleaned_data["capacity"],
            seen=request.POST.get("seen"),
            at=request.at,
            by=request.user,
        )
    except ChangedMeanwhile as refusal:
        slot.refresh_from_db()
        edit.compare({"capacity": slot.capacity}, str(slot.capacity))
        context = event_page(request, event, current="desk_slots", slot=slot, form=form, edit=edit)
        return render(request, "desk/slots/slot_capacity.html", context, status=refusal.status)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, _("“%(slot)s” now has %(seats)s seats.") % {"slot": slot.name, "seats": slot.capacity}
        )
    return redirect("desk_event", event.public_id)
