"""The cancellation that a reminder links to."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from meetups.core.errors import DomainError
from meetups.core.links import read_cancellation_token
from meetups.lifecycle.actions.leave_event import leave_event
from meetups.lifecycle.parts import part_of
from meetups.pages.answers import answer
from meetups.pages.leaving import Leaving
from meetups.pages.mine import mine
from meetups.registrations.models import Registration


# The token in the address is what allows it, for this registration alone; mail programs that open pages have no cookies.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def cancellation(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows what would end, because mail scanners follow links; POST ends it, without signing in."""
    at = timezone.now()
    registration = _registration(token)
    if registration is None:
        return render(request, "pages/one_click.html", {"is_unknown": True}, status=404)
    event, person = registration.event, registration.person
    context = {"event": event, "registration": registration, "is_over": event.is_over(at)}
    if not registration.is_active:
        return render(request, "pages/one_click.html", {**context, "is_done": True})
    if request.method == "POST":
        try:
            leave_event(event=event, person=person, at=at, by=person)
        except DomainError as refusal:
            return answer(request, "pages/one_click.html", context, refusal=refusal)
        return render(request, "pages/one_click.html", {**context, "is_done": True})
    my = mine(event, part_of(event, person), at=at)
    context["leaving"] = Leaving.of(my, at=at) if my else None
    return render(request, "pages/one_click.html", context)


def _registration(token: str) -> Registration | None:
    pk = read_cancellation_token(token)
    if pk is None:
        return None
    return Registration.objects.filter(pk=pk).select_related("event__community", "attendee", "slot").first()
