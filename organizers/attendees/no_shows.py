"""The people who did not come: recorded once, and corrected whenever someone reports a mistake."""

from collections import defaultdict

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from meetups.communities.permissions import Permission
from meetups.core.texts.names import set_apart, with_names
from meetups.events.models import Event
from meetups.registrations.actions.arrivals.check_in import check_in
from meetups.registrations.actions.no_shows.excuse_no_show import excuse_no_show
from meetups.registrations.actions.no_shows.object_to_no_show import has_objected
from meetups.registrations.actions.no_shows.record_no_shows import absentees, record_no_shows
from meetups.registrations.lottery.weights import WINDOW
from meetups.registrations.models import Registration
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.frame import event_page
from organizers.desk.refusals import refusals_shown


@require_http_methods(["GET", "POST"])
@for_event(Permission.MANAGE_ATTENDEES)
def no_shows(request: DeskRequest, event: Event) -> HttpResponse:
    """GET lists, by slot, those who were not checked in, and those who are recorded. POST records those of the ticked slots."""
    if request.method == "POST":
        slots = [int(pk) for pk in request.POST.getlist("slot") if pk.isdecimal() and len(pk) < 19]
        with refusals_shown(request):
            number = record_no_shows(event=event, slots=slots, at=request.at, by=request.user)
            done = ngettext(
                "Recorded %(count)s no-show. We’ll email them.",
                "Recorded %(count)s no-shows. We’ll email them.",
                number,
            )
            messages.success(request, done % {"count": number})
        return redirect("desk_no_shows", event.public_id)
    recorded = list(
        Registration.objects.filter(event=event, absent_at__isnull=False).with_people().order_by("excused_at", "pk")
    )
    arrived = Registration.objects.confirmed().filter(event=event, checked_in_at__isnull=False)
    with_arrivals = set(arrived.values_list("slot", flat=True))
    by_slot: defaultdict[int, list[Registration]] = defaultdict(list)
    for one in absentees(event).order_by("slot__position", "pk"):
        by_slot[one.slot_id].append(one)
    context = event_page(
        request,
        event,
        current="desk_attendees",
        is_over=event.is_over(request.at) and event.is_published,
        is_too_old=event.ends_at <= request.at - WINDOW,
        counts_until=event.ends_at + WINDOW,
        arrived=bool(with_arrivals),
        absent=[(people[0].slot, people, pk in with_arrivals) for pk, people in by_slot.items()],
        recorded=recorded,
        objected={one.pk for one in recorded if has_objected(one)},
    )
    return render(request, "desk/attendees/no_shows.html", context)


@require_POST
@for_event(Permission.MANAGE_ATTENDEES)
def answer(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    """Corrects one no-show: the person was there after all, or had a reason."""
    absent = Registration.objects.filter(event=event, absent_at__isnull=False).select_related("event", "attendee")
    registration = get_object_or_404(absent, pk=pk)
    with refusals_shown(request):
        if request.POST.get("was_there"):
            check_in(registration=registration, at=request.at, by=request.user)
            done = _("%(name)s was there. The no-show and its consequences are removed.")
        else:
            excuse_no_show(registration=registration, at=request.at, by=request.user)
            done = _("%(name)s is excused. The no-show no longer counts.")
        messages.success(request, with_names(done, name=set_apart(registration.name)))
    return redirect("desk_no_shows", event.public_id)
