"""The page that moves unused seats of a slot to another slot."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from meetups.communities.permissions import Permission
from meetups.events.models import Event
from meetups.registrations.actions.slots.move_seats import move_seats
from meetups.registrations.models import Slot
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.edits import SentForm
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
    found = slot_of(event, slot)
    others = [
        one
        for one in event.slots.in_order()
        if one.pk != found.pk and Slot.Admission.DUTY not in {one.admission, found.admission}
    ]
    initial = {"target": others[0].public_id, "seats": max(found.seats_left, 1)} if others else {}
    form = MovingForm(request.POST if request.method == "POST" else None, others=others, initial=initial)
    sent = SentForm(form)
    if sent.succeeds(
        lambda: move_seats(
            source=found, target=form.chosen, seats=form.cleaned_data["seats"], at=request.at, by=request.user
        )
    ):
        number = form.cleaned_data["seats"]
        moved = ngettext("%(count)s seat moved to “%(slot)s”.", "%(count)s seats moved to “%(slot)s”.", number)
        messages.success(request, moved % {"count": number, "slot": form.chosen.name})
        if sent.result:
            messages.success(request, moved_up(sent.result))
        return redirect("desk_slot", event.public_id, found.public_id)
    context = slot_page(request, event, found, form=form, others=form.others)
    return render(request, "desk/slots/slot_seats.html", context, status=sent.status)
