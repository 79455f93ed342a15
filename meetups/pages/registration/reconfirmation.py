"""The attendance check: the answer to "still coming?", from the mail or from my page (RULES 26)."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from meetups.core.links import RECONFIRMATION_SALT, cancellation_token, read_token
from meetups.lifecycle.actions.leave_event import leave_event
from meetups.lifecycle.participants import part_of
from meetups.pages.registration.cancellation_effects import Leaving
from meetups.pages.sheets.my_part import my_part
from meetups.pages.sheets.pending_requests import consequence_of_silence
from meetups.pages.site.link_answers import answered_by_link
from meetups.registrations.actions.reconfirmation.reconfirm import reconfirm
from meetups.registrations.models import Reconfirmation, Registration


def _find(token: str) -> Registration | None:
    found = Registration.objects.filter(pk=read_token(token, RECONFIRMATION_SALT) or 0, attendee__isnull=False)
    return found.select_related("event__community", "attendee", "slot").first()


def _page(_request: HttpRequest, registration: Registration, at: datetime) -> dict[str, Any]:
    event = registration.event
    question = Reconfirmation.objects.filter(slot=registration.slot).first()
    my = my_part(event, part_of(event, registration.person), at=at)
    return {
        "event": event,
        "registration": registration,
        "question": question,
        "is_open": event.is_open(at),
        "is_asked": question is not None and registration.asked_at is not None,
        "silence": consequence_of_silence(releases=question.releases_silent) if question else "",
        "leaving": Leaving.of(my, at=at) if my and registration.is_active else None,
        "cancellation": cancellation_token(registration.pk),
    }


@answered_by_link("pages/registration/reconfirmation.html", find=_find, page=_page, needs_no_cookie=True)
def reconfirmation(request: HttpRequest, registration: Registration, at: datetime) -> HttpResponse | None:
    """`answer` is yes or no; no sign-in is needed. Both redirect to this page. A repeated "no" changes nothing."""
    person, word = registration.person, request.POST.get("answer", "")
    if word == "yes":
        reconfirm(registration=registration, at=at, by=person)
    elif word == "no" and registration.is_active:
        leave_event(event=registration.event, person=person, at=at, by=person)
    return redirect(request.path) if word in {"yes", "no"} else None
