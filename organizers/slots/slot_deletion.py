"""The page that deletes a slot that no one was ever in."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from meetups.communities.permissions import Permission
from meetups.events.models import Event
from meetups.lifecycle.actions.drafts.delete_slot import delete_slot
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.refusals import refusals_shown
from organizers.slots.slot_frame import slot_of, slot_page


@require_http_methods(["GET", "POST"])
@for_event(Permission.PLAN_EVENTS)
def deletion(request: DeskRequest, event: Event, slot: str) -> HttpResponse:
    """Asks once; then the slot is gone."""
    found = slot_of(event, slot)
    if request.method != "POST":
        return render(request, "desk/slots/slot_deletion.html", slot_page(request, event, found))
    with refusals_shown(request):
        delete_slot(slot=found, at=request.at, by=request.user)
        messages.success(request, _("“%(slot)s” is deleted.") % {"slot": found.name})
        return redirect("desk_slots", event.public_id)
    return redirect("desk_slot", event.public_id, found.public_id)
