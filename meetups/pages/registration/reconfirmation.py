"""The answer to "still coming?", from the mail or from my page (RULES 26)."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from meetups.core.errors import DomainError
from meetups.core.links import cancellation_token, read_reconfirmation_token
from meetups.lifecycle.actions.leave_event import leave_event
from meetups.lifecycle.participants import part_of
from meetups.pages.registration.cancellation_effects import Leaving
from meetups.pages.sheets.my_part import mine
from meetups.pages.sheets.pending_requests import consequence_of_silence
from meetups.pages.site.refusal_answers import answer
from meetups.registrations.actions.reconfirmation.reconfirm import reconfirm
from meetups.registrations.models import Reconfirmation, Registration


# The token in the address is what allows it, for this registration alone; mail programs that open pages have no cookies.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reconfirmation(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows the question, because mail scanners follow links; POST with `answer` yes or no answers it, without signing in, and comes
    back here. Clicking again changes nothing.
    """
    at = timezone.now()
    registration = _registration(token)
    if registration is None:
        return render(request, "pages/registration/reconfirmation.html", {"is_unknown": True}, status=404)
    refusal: DomainError | None = None
    status = 200
    if request.method == "POST":
        try:
            if _say(request.POST.get("answer", ""), registration, at=at):
                return redirect("reconfirmation", token)
            status = 422
        except DomainError as error:
            refusal = error
    event = registration.event
    question = Reconfirmation.objects.filter(slot=registration.slot).first()
    my = mine(event, part_of(event, registration.person), at=at)
    context = {
        "event": event,
        "registration": registration,
        "question": question,
        "is_open": event.is_open(at),
        "is_asked": question is not None and registration.asked_at is not None,
        "silence": consequence_of_silence(releases=question.releases_silent) if question else "",
        "leaving": Leaving.of(my, at=at) if my and registration.is_active else None,
        "cancellation": cancellation_token(registration.pk),
    }
    return answer(request, "pages/registration/reconfirmation.html", context, refusal=refusal, status=status)


def _say(word: str, registration: Registration, *, at: datetime) -> bool:
    """Does what was clicked; False for anything but the two answers. A "no" that was said already is not said again."""
    person = registration.person
    if word == "yes":
        reconfirm(registration=registration, at=at, by=person)
    elif word == "no" and registration.is_active:
        leave_event(event=registration.event, person=person, at=at, by=person)
    return word in {"yes", "no"}


def _registration(token: str) -> Registration | None:
    pk = read_reconfirmation_token(token)
    if pk is None:
        return None
    found = Registration.objects.filter(pk=pk, attendee__isnull=False)
    return found.select_related("event__community", "attendee", "slot").first()
