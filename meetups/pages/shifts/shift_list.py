"""Lists of shifts that a volunteer can take: one for a single event, and one for all events that concern the reader."""

from collections.abc import Iterable
from datetime import datetime
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.events.models import Event
from meetups.pages.shifts.shift_lines import list_of
from meetups.pages.site.access import PageRequest, SignedIn, event_or_404, shift_or_404
from meetups.pages.site.refusal_answers import answer
from meetups.registrations.models import Registration
from meetups.speakers.models import Talk
from meetups.volunteers.actions.signups.sign_up import sign_up
from meetups.volunteers.models import Shift, Signup

# The number of shifts on a page; a site with many communities has more.
ON_A_PAGE = 40


@require_http_methods(["GET", "HEAD", "POST"])
def event_shifts(request: PageRequest, public_id: str) -> HttpResponse:
    """GET lists the shifts of one event, for readers who may see it; POST takes a shift with one tap."""
    event = event_or_404(request, public_id)
    if request.method != "POST":
        return _event_page(request, event)
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    try:
        _take(cast(SignedIn, request), shift_or_404(event, _tapped(request)))
    except DomainError as refusal:
        return _event_page(request, event, refusal)
    return redirect("event_shifts", event.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def shifts(request: SignedIn) -> HttpResponse:
    """The same for all events ahead: public events, events of the reader's communities, and events in which they have a part."""
    if request.method != "POST":
        return _page_of_all(request)
    shift = get_object_or_404(Shift.objects.select_related("event"), pk=_tapped(request))
    event = event_or_404(request, shift.event.public_id)
    try:
        _take(request, shift_or_404(event, shift.pk))
    except DomainError as refusal:
        return _page_of_all(request, refusal)
    return redirect("shifts")


def _tapped(request: HttpRequest) -> int:
    """The primary key of the shift whose button was tapped. Raises Http404 where it is not a number."""
    pk = request.POST.get("shift", "")
    if not pk.isdecimal() or len(pk) > 18:
        raise Http404
    return int(pk)


def _take(request: SignedIn, shift: Shift) -> None:
    """Takes the shift, or requests it where an organizer approves it first. A message says so, and the list shows the shift on top."""
    taken = sign_up(shift=shift, volunteer=request.user, at=request.at)
    if taken.state == Signup.State.ASKED:
        messages.success(request, _("Request sent. The organizers will reply by email."))
    else:
        messages.success(request, _("Thank you for helping. The shift is yours."))


def _event_page(request: PageRequest, event: Event, refusal: DomainError | None = None) -> HttpResponse:
    coming = Shift.objects.open().filter(event=event, starts_at__gt=request.at).select_related("lead").in_order()
    found = [] if event.is_cancelled else list(coming)
    for shift in found:
        shift.event = event
    listed = list_of(request.user, found, at=request.at, only=event)
    return answer(request, "pages/shifts/shift_list.html", {"event": event, "listed": listed}, refusal=refusal)


def _page_of_all(request: SignedIn, refusal: DomainError | None = None) -> HttpResponse:
    coming = Shift.objects.open().filter(event__in=_before(request.user, request.at), starts_at__gt=request.at)
    # The communities come by themselves: joined, PostgreSQL goes through all of them for each shift.
    ordered = coming.select_related("event", "lead").prefetch_related("event__community").in_order()
    page: Page[Shift] = Paginator(ordered, ON_A_PAGE).get_page(request.GET.get("page"))
    listed = list_of(request.user, list(page.object_list), at=request.at)
    return answer(request, "pages/shifts/shift_list.html", {"listed": listed, "page": page}, refusal=refusal)


def _before(person: User, at: datetime) -> Iterable[Event]:
    """Events ahead whose shifts concern the person. Unlisted events are only for people with a part in them."""
    here = {"event": OuterRef("pk")}
    parts = (
        Exists(Registration.objects.active().filter(attendee=person, **here))
        | Exists(Talk.objects.coming().held_by(person).filter(**here))
        | Exists(Signup.objects.active().filter(volunteer=person, shift__event=OuterRef("pk")))
        | Q(community__in=person.memberships.values("community"))
    )
    seen = Event.objects.visible_to(person).published().ahead(at)
    return seen.filter(~Q(visibility=Event.Visibility.UNLISTED) | parts).order_by()
