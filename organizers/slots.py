"""The number of seats in a slot."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from meetups.communities.permissions import Permission
from meetups.core.errors import DomainError
from meetups.events.models import Event
from meetups.registrations.actions.change_capacity import change_capacity
from meetups.registrations.models import Slot
from organizers.access import DeskRequest, for_event


class CapacityForm(forms.Form):
    """How many seats."""

    capacity = forms.IntegerField(label=gettext_lazy("Seats"), min_value=0, max_value=100_000)


@require_POST
@for_event(Permission.PLAN_EVENTS)
def capacity(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    """More seats promote who waits; fewer than are taken are refused with the number. A duty slot follows its shifts."""
    slots = event.slots.exclude(admission=Slot.Admission.DUTY).select_related("event")
    slot = get_object_or_404(slots, pk=pk)
    form = CapacityForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Enter a number of seats from 0 to 100,000. Nothing was changed."))
        return redirect("desk_event", event.public_id)
    try:
        slot = change_capacity(slot=slot, capacity=form.cleaned_data["capacity"], at=timezone.now(), by=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, _("“%(slot)s” has %(seats)s seats now.") % {"slot": slot.name, "seats": slot.capacity}
        )
    return redirect("desk_event", event.public_id)
