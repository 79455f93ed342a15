"""An organizer moves a person to another slot."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from meetups.communities.permissions import Permission
from meetups.core.errors import DomainError
from meetups.core.texts.names import set_apart, with_names
from meetups.events.models import Event
from meetups.registrations.actions.registration.move_registration import WouldLoseSeat, move_registration
from meetups.registrations.admission import way_in
from meetups.registrations.models import Hold, Registration, Slot
from meetups.registrations.pen.queries import someone_goes_first
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.frame import event_page
from organizers.people.person import address_of, filters_asked

State = Registration.State


@dataclass(frozen=True)
class Way:
    """A slot to which the person can move, and what becomes of them there, said before the click (RULES 112)."""

    slot: Slot
    words: str
    costs_the_seat: bool


@require_http_methods(["GET", "POST"])
@for_event(Permission.MANAGE_ATTENDEES)
def new_slot(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    """GET shows the other slots and what would follow; POST moves the person."""
    active = Registration.objects.active().filter(event=event).with_people()
    registration = get_object_or_404(active, pk=pk)
    filters, at = filters_asked(request, event), request.at
    refused, status = "", 200
    if request.method == "POST":
        slot = next((one for one in filters.slots if str(one.pk) == request.POST.get("slot")), None)
        loses = bool(request.POST.get("accept_waiting"))
        try:
            if slot is None:
                refused, status = _("Choose a slot."), 422
            else:
                moved = move_registration(
                    registration=registration, slot=slot, accept_waiting=loses, at=at, by=request.user
                )
                done = with_names(_("%(name)s is now in “%(slot)s”."), name=set_apart(moved.name), slot=slot.name)
                messages.success(request, done)
                return redirect(address_of(event, pk, filters))
        except WouldLoseSeat as refusal:
            refused, status = str(refusal), refusal.status
        except DomainError as refusal:
            messages.error(request, str(refusal))
            return redirect(address_of(event, pk, filters))
    context = event_page(
        request,
        event,
        current="desk_attendees",
        registration=registration,
        ways=_ways(registration, filters.slots, at),
        chosen=request.POST.get("slot", ""),
        refused=refused,
        is_held=Hold.objects.active().filter(registration=registration).exists(),
        query=filters.carried,
        back=address_of(event, pk, filters),
    )
    return render(request, "desk/people/new_slot.html", context, status=status)


def _ways(registration: Registration, slots: Iterable[Slot], at: datetime) -> list[Way]:
    """The slots that are not for volunteers: a shift leads there. One query a slot."""
    others = [one for one in slots if one.pk != registration.slot_id and one.admission != Slot.Admission.DUTY]
    return [way for way in (_way(registration, slot, at) for slot in others) if way]


def _way(registration: Registration, slot: Slot, at: datetime) -> Way | None:
    state = way_in(slot, slot.draws_from, someone_waits=someone_goes_first(slot), at=at)
    if state != State.CONFIRMED and not slot.is_general:
        return None
    left = slot.seats_left
    words = {
        State.CONFIRMED: ngettext("%(left)s seat is free: confirmed", "%(left)s seats are free: confirmed", left)
        % {"left": left},
        State.APPLIED: _("Enters the lottery"),
        State.WAITLISTED: _("Full: end of the waitlist"),
    }[state]
    return Way(slot, words, registration.state == State.CONFIRMED != state)
