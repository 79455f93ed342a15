"""A person at the door who is not on the list, or who waits on it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from meetups.communities.permissions import Permission
from meetups.core.errors import DomainError
from meetups.core.texts.names import set_apart, with_names
from meetups.events.models import Event
from meetups.registrations.actions.arrivals.walk_in import walk_in as let_in
from meetups.registrations.models import Registration
from meetups.registrations.pen.people_by_hand import AddedPerson, door_is_open
from organizers.attendees.added_person_form import AddedPersonForm, SeatForm, slots_to_give
from organizers.attendees.door import DoorRow, namesakes
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.frame import event_page


class WalkInForm(AddedPersonForm):
    """A person at the door. `another` is asked where someone on the list has the same name."""

    another = forms.BooleanField(label=gettext_lazy("This is another person with the same name"), required=False)
    field_order = ("name", "email", "another", "slot", "above", "request_id")


@require_http_methods(["GET", "POST"])
@for_event(Permission.CHECK_IN)
def walk_in(request: DeskRequest, event: Event) -> HttpResponse:
    """Gives a seat and records the arrival in one step. `registration` names a person on the list who has no seat.

    A name that someone on the list has is asked about first: the same person as a guest would stand there twice.
    """
    sent = request.POST if request.method == "POST" else request.GET
    known = _known(event, sent.get("registration", ""))
    form = _form(request, event, known)
    status = 200
    alike: list[DoorRow] = []
    if request.method == "POST":
        status = 422
        valid = form.is_valid()
        who = form.added_person() if valid and isinstance(form, WalkInForm) else known
        if isinstance(who, AddedPerson) and not form.cleaned_data["another"]:
            alike = namesakes(event, who)
        if alike:
            status = 409
        elif valid:
            assert who is not None
            try:
                let_in(slot=form.chosen, who=who, above=form.cleaned_data["above"], at=request.at, by=request.user)
            except DomainError as refusal:
                form.add_error(None, str(refusal))
                status = refusal.status
            else:
                messages.success(
                    request, with_names(_("%(name)s is checked in as a walk-in."), name=set_apart(who.name))
                )
                return redirect("desk_check_in", event.public_id)
    context = event_page(
        request,
        event,
        current="desk_check_in",
        form=form,
        known=known,
        alike=alike,
        lets_in=door_is_open(event, request.at),
    )
    return render(request, "desk/attendees/walk_in.html", context, status=status)


def _known(event: Event, pk: str) -> Registration | None:
    """The registration without a seat that has that primary key, also a canceled one; None without a key. Raises Http404."""
    if not pk:
        return None
    seatless = Registration.objects.filter(event=event).exclude(state=Registration.State.CONFIRMED)
    return get_object_or_404(seatless.with_people(), pk=int(pk) if pk.isdecimal() and len(pk) < 19 else 0)


def _form(request: DeskRequest, event: Event, known: Registration | None) -> SeatForm:
    slots = slots_to_give(event)
    initial: dict[str, Any] = {}
    if known:
        initial["slot"] = known.slot_id
    elif request.GET.get("name"):
        initial["name"] = request.GET["name"][:60]
    kind = SeatForm if known else WalkInForm
    return kind(request.POST if request.method == "POST" else None, slots=slots, initial=initial)
