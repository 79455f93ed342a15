"""The cancellation that a reminder links to."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from meetups.core.errors import DomainError
from meetups.core.links import read_cancellation_token
from meetups.lifecycle.actions.leave_event import leave_event
from meetups.lifecycle.participants import part_of
from meetups.pages.registration.cancellation_effects import Leaving
from meetups.pages.sheets.my_part import mine
from meetups.pages.site.refusal_answers import answer
from meetups.registrations.actions.offers.keep_seat import keep_seat
from meetups.registrations.models import Registration


# The token in the address is what allows it, for this registration alone; mail programs that open pages have no cookies.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def cancellation(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows what would end, because mail scanners follow links; POST ends it, or with `keep` takes back a seat that is being passed
    on (RULES 7), without signing in.
    """
    at = timezone.now()
    registration = _registration(token)
    if registration is None:
        return render(request, "pages/registration/one_click.html", {"is_unknown": True}, status=404)
    event = registration.event
    context = {"event": event, "registration": registration, "is_over": event.is_over(at)}
    if request.method == "POST" and registration.is_active:
        try:
            context["is_kept"] = _leave_or_keep(request, registration, at=at)
        except DomainError as refusal:
            return answer(request, "pages/registration/one_click.html", context, refusal=refusal)
        registration = _registration(token)
    if registration is None or not registration.is_active:
        return render(request, "pages/registration/one_click.html", {**context, "is_done": True})
    my = mine(event, part_of(event, registration.person), at=at)
    context["leaving"] = Leaving.of(my, at=at) if my else None
    return render(request, "pages/registration/one_click.html", context)


def _leave_or_keep(request: HttpRequest, registration: Registration, *, at: datetime) -> bool:
    """Does what was clicked. Returns whether the seat is kept."""
    if "keep" in request.POST:
        keep_seat(registration=registration, at=at, by=registration.person)
        return True
    leave_event(event=registration.event, person=registration.person, at=at, by=registration.person)
    return False


def _registration(token: str) -> Registration | None:
    pk = read_cancellation_token(token)
    if pk is None:
        return None
    return Registration.objects.filter(pk=pk).select_related("event__community", "attendee", "slot").first()
