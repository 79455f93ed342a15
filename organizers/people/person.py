"""One person at an event: where they stand, what they answered, what they were sent, and what can be done for them."""

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from meetups.communities.permissions import Permission
from meetups.core.texts.names import set_apart, with_names
from meetups.events.models import Event
from meetups.registrations.actions.lists.see_address import see_address
from meetups.registrations.actions.lottery.nominate import nominate
from meetups.registrations.actions.registration.confirm_registration import confirm_registration
from meetups.registrations.models import Registration
from organizers.attendees.roster import roster
from organizers.attendees.roster_filters import Filters, filters_of
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.frame import event_page
from organizers.desk.refusals import refusals_shown
from organizers.people.neighbours import neighbours
from organizers.people.person_facts import happenings, here_before, mails, masked, signups_in, standing

State = Registration.State


@require_safe
@for_event(Permission.SEE_ATTENDEES)
def person(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    """The page of a person. The address carries the filters of the list one came from, for those before and after."""
    return _page(request, event, pk, filters_asked(request, event))


@require_POST
@for_event(Permission.SEE_ATTENDEES)
def address(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    """The same page with the person's address, which is then in the history as asked for."""
    people = Registration.objects.filter(event=event).select_related("event", "attendee")
    registration = get_object_or_404(people, pk=pk)
    shown = see_address(registration=registration, at=request.at, by=request.user)
    return _page(request, event, pk, filters_asked(request, event), shown=shown)


@require_POST
@for_event(Permission.MANAGE_ATTENDEES)
def confirmation(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    """Gives the person a seat in their own slot; with `above`, one outside the count where none is free."""
    registration = get_object_or_404(Registration.objects.filter(event=event).select_related("event"), pk=pk)
    above = bool(request.POST.get("above"))
    with refusals_shown(request):
        given = confirm_registration(registration=registration, above=above, at=request.at, by=request.user)
        messages.success(request, with_names(_("%(name)s is confirmed."), name=set_apart(given.name)))
    return redirect(address_of(event, pk, filters_asked(request, event)))


@require_POST
@for_event(Permission.RUN_DRAW)
def nomination(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    """Puts the person's entry on the place `to` before the draw; an empty `to` takes it back. `seen` is the order on the page."""
    registration = get_object_or_404(Registration.objects.filter(event=event).select_related("event"), pk=pk)
    typed = request.POST.get("to", "")
    to = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None
    with refusals_shown(request):
        nominate(registration=registration, to=to, seen=request.POST.get("seen"), at=request.at, by=request.user)
        said = _("%(name)s is nominated.") if to else _("%(name)s isn’t nominated any longer.")
        messages.success(request, with_names(said, name=set_apart(registration.name)))
    return redirect(address_of(event, pk, filters_asked(request, event)))


def filters_asked(request: DeskRequest, event: Event) -> Filters:
    """The filters of the list one came from: in the address of a page, in the field `query` of a form."""
    asked = (
        request.GET if request.method in {"GET", "HEAD"} else QueryDict(request.POST.get("query", "")[:600].strip("?"))
    )
    return filters_of(asked, list(event.slots.in_order().select_related("lottery")))


def address_of(event: Event, pk: int, filters: Filters) -> str:
    return reverse("desk_person", args=[event.public_id, pk]) + filters.carried


def _page(request: DeskRequest, event: Event, pk: int, filters: Filters, *, shown: str = "") -> HttpResponse:
    everyone = roster(event)
    registration = next((one for one in everyone if one.pk == pk), None)
    registration = registration or get_object_or_404(Registration.objects.filter(event=event).with_people(), pk=pk)
    slots = {slot.pk: slot for slot in filters.slots}
    slot = slots[registration.slot_id]
    signups = signups_in(event, registration)
    may_manage = (
        Permission.MANAGE_ATTENDEES in request.grants and registration.is_active and not event.is_over(request.at)
    )
    context = event_page(
        request,
        event,
        current="desk_attendees",
        registration=registration,
        around=neighbours(filters, everyone, registration),
        query=filters.carried,
        standing=standing(
            event, registration, slot, everyone, request.at, may_manage=may_manage and event.is_open(request.at)
        ),
        may_manage=may_manage,
        may_move=may_manage and event.is_open(request.at) and len(filters.slots) > 1,
        may_write=Permission.MANAGE_ATTENDEES in request.grants
        and registration.attendee_id is not None
        and registration.is_active
        and event.state != Event.State.DRAFT,
        may_nominate=Permission.RUN_DRAW in request.grants and event.is_published,
        masked=masked(registration),
        shown=shown,
        mails=mails(event, registration),
        before=here_before(event, registration, signups, request.at),
        happenings=happenings(event, registration, signups),
    )
    return render(request, "desk/people/person.html", context)
