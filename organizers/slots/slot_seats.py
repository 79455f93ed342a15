"""The page that moves unused seats of a slot to another slot."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from meetups.communities.permissions import Permission
from meetups.core.errors import DomainError
from meetups.events.models import Event
from meetups.registrations.actions.slots.move_seats import move_seats
from meetups.registrations.models import Slot
from organizers.desk.access import DeskRequest, for_event
from organizers.slots.slot import moved_up
from organizers.slots.slot_frame import slot_of, slot_page


class MovingForm(forms.Form):
    """How many seats move, and to which slot. `others` are the slots that can take them."""

    target = forms.ChoiceField(label=gettext_lazy("To slot"), widget=forms.RadioSelect)
    seats = forms.IntegerField(label=gettext_lazy("Seats to move"), min_value=1, max_value=100_000)

    def __init__(self, *args: Any, others: list[Slot], **options: Any) -> None:
        super().__init__(*args, **options)
        self.others = {other.public_id: other for other in others}
        field = self.fields["target"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(other.public_id, other.name) for other in others]

    @property
    def chosen(self) -> Slot:
        return self.others[self.cleaned_data["target"]]


@require_http_methods(["GET", "POST"])
@for_event(Permission.PLAN_EVENTS)
def seats(request: DeskRequest, event: Event, slot: str) -> HttpResponse:
    """Asks for the number and the target. Seats of volunteers follow their shifts, so a duty slot neither gives nor takes."""
    at = timezone.now()
    found = slot_of(event, slot)
    others = [
        one
        for one in event.slots.in_order()
        if one.pk != found.pk and Slot.Admission.DUTY not in {one.admission, found.admission}
    ]
    initial = {"target": others[0].public_id, "seats": max(found.seats_left, 1)} if others else {}
    form = MovingForm(request.POST if request.method == "POST" else None, others=others, initial=initial)
    if request.method != "POST":
        return _page(request, event, found, form, at=at)
    if not form.is_valid():
        return _page(request, event, found, form, at=at, status=422)
    number = form.cleaned_data["seats"]
    try:
        promoted = move_seats(source=found, target=form.chosen, seats=number, at=at, by=request.user)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return _page(request, event, found, form, at=at, status=refusal.status)
    moved = ngettext("%(count)s seat moved to “%(slot)s”.", "%(count)s seats moved to “%(slot)s”.", number)
    messages.success(request, moved % {"count": number, "slot": form.chosen.name})
    if promoted:
        messages.success(request, moved_up(promoted))
    return redirect("desk_slot", event.public_id, found.public_id)


def _page(
    request: DeskRequest, event: Event, slot: Slot, form: MovingForm, *, at: datetime, status: int = 200
) -> HttpResponse:
    context = slot_page(request, event, slot, at=at, form=form, others=form.others)
    return render(request, "desk/slots/slot_seats.html", context, status=status)
