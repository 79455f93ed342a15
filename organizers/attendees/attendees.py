"""The list of registered people, and the page that takes a person off it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_http_methods, require_safe

from meetups.communities.permissions import Permission
from meetups.core.texts.names import set_apart, with_names
from meetups.events.models import Event
from meetups.lifecycle.actions.leave_event import leave_event
from meetups.lifecycle.participants import part_of
from meetups.registrations.actions.imports.remove_guest import remove_guest
from meetups.registrations.actions.lists.take_list import take_list
from meetups.registrations.actions.no_shows.record_no_shows import absentees
from meetups.registrations.models import Registration
from meetups.registrations.pen.queue_numbers import queue_numbers
from meetups.registrations.pen.seat_offers import someone_moves_up
from meetups.registrations.unverified_places import many_unused_codes
from organizers.attendees.export import attendee_file
from organizers.attendees.roster import in_order, roster, rows_of
from organizers.attendees.roster_filters import filters_of
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.frame import event_page
from organizers.desk.refusals import refusals_shown

# A thousand people on one page are too many for a phone. Among a hundred a person can be found.
PAGE = 100


@require_safe
@for_event(Permission.SEE_ATTENDEES)
def attendees(request: DeskRequest, event: Event) -> HttpResponse:
    """The list, searched by name and filtered by words, 100 a page."""
    slots = list(event.slots.in_order())
    filters = filters_of(request.GET, slots)
    everyone = roster(event)
    found = filters.found(everyone)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    may_manage = Permission.MANAGE_ATTENDEES in request.grants
    is_over = event.is_over(request.at)
    context = event_page(
        request,
        event,
        current="desk_attendees",
        filters=filters,
        states=filters.states(everyone),
        menus=filters.menus(everyone),
        page=page,
        rows=rows_of(event, page.object_list, queue_numbers(everyone)),
        total=len(found),
        anyone=bool(everyone),
        asks=any(slot.questions for slot in slots),
        arrivals=_has_arrivals(everyone),
        may_cancel=may_manage and not is_over,
        may_bring=may_manage and event.is_open(request.at),
        may_select=may_manage and (not is_over or event.is_published),
        codes=many_unused_codes(event, at=request.at),
        no_shows=may_manage and event.is_published and is_over and _has_arrivals(everyone),
        unrecorded=absentees(event).count() if may_manage and is_over and _has_arrivals(everyone) else 0,
    )
    return render(request, "desk/attendees/attendees.html", context)


def _has_arrivals(everyone: list[Registration]) -> bool:
    return any(one.checked_in_at for one in everyone)


@require_safe
@for_event(Permission.SEE_ATTENDEES)
def export(request: DeskRequest, event: Event) -> HttpResponse:
    """The list as a file; the history says who took it. With `for=entrance` it is the file for the building's entrance: numbers, names, empty columns."""
    entrance = request.GET.get("for") == "entrance"
    everyone = take_list(event=event, entrance=entrance, at=request.at, by=request.user)
    content, name = attendee_file(event, in_order(everyone), entrance=entrance)
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_http_methods(["GET", "POST"])
@for_event(Permission.MANAGE_ATTENDEES)
def cancellation(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    """Asks once and says what the cancellation means for others. Then cancels everything that the person has at the event."""
    active = Registration.objects.active().filter(event=event).with_people()
    registration = get_object_or_404(active, pk=pk)
    if request.method != "POST":
        context = event_page(
            request,
            event,
            current="desk_attendees",
            registration=registration,
            consequence=_consequence(event, registration),
        )
        return render(request, "desk/attendees/registration_cancellation.html", context)
    with refusals_shown(request):
        if registration.attendee:
            leave_event(event=event, person=registration.attendee, at=request.at, by=request.user)
        else:
            remove_guest(registration=registration, at=request.at, by=request.user)
        done = (
            _("%(name)s’s registration is canceled. We’ll email them.")
            if registration.attendee
            else _("%(name)s was removed from the list.")
        )
        messages.success(request, with_names(done, name=set_apart(registration.name)))
    return redirect("desk_attendees", event.public_id)


def _consequence(event: Event, registration: Registration) -> str:
    """What the cancellation means: who is told, who moves up, what else ends with it."""
    at = timezone.now()
    sentences: list[str] = []
    if registration.attendee:
        sentences.append(with_names(_("We’ll email %(name)s."), name=set_apart(registration.name)))
        part = part_of(event, registration.attendee)
        ends = [
            *(talk.title for talk in part.talks if part.leads(talk)),
            *(signup.shift.title for signup in part.signups),
        ]
        if ends:
            sentences.append(_("Also canceled: %(what)s.") % {"what": pgettext("list", ", ").join(ends)})
    else:
        sentences.append(
            with_names(
                _("%(name)s is a guest without an account, so no one is notified."), name=set_apart(registration.name)
            )
        )
    waiting = Registration.objects.filter(slot=registration.slot).waiting().count()
    if registration.state == Registration.State.CONFIRMED and someone_moves_up(registration, registration.slot):
        if registration.slot.promotion_is_open(at):
            sentences.append(
                ngettext(
                    "The %(count)s person on the waitlist moves up.",
                    "The first of %(count)s people on the waitlist moves up.",
                    waiting,
                )
                % {"count": waiting}
            )
        else:
            sentences.append(_("No one moves up: the deadline for moving up has passed."))
    return format_html_join(" ", "{}", ((one,) for one in sentences))
