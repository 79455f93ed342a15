"""The cancellation page behind the link in a reminder."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest

from meetups.core.links import read_cancellation_token
from meetups.lifecycle.actions.leave_event import leave_event
from meetups.lifecycle.participants import part_of
from meetups.pages.registration.cancellation_effects import Leaving
from meetups.pages.sheets.my_part import my_part
from meetups.pages.site.link_answers import answered_by_link
from meetups.registrations.actions.offers.keep_seat import keep_seat
from meetups.registrations.models import Registration


def _find(token: str) -> Registration | None:
    # No link is sent to a guest, who has no account.
    found = Registration.objects.filter(pk=read_cancellation_token(token) or 0, attendee__isnull=False)
    return found.select_related("event__community", "attendee", "slot").first()


def _page(_request: HttpRequest, registration: Registration, at: datetime) -> dict[str, Any]:
    event = registration.event
    my = my_part(event, part_of(event, registration.person), at=at) if registration.is_active else None
    return {
        "event": event,
        "is_done": not registration.is_active,
        "is_over": event.is_over(at),
        "leaving": Leaving.of(my, at=at) if my else None,
    }


@answered_by_link("pages/registration/one_click_cancellation.html", find=_find, page=_page, needs_no_cookie=True)
def cancellation(request: HttpRequest, registration: Registration, at: datetime) -> dict[str, Any]:
    """Leaves the event without signing in. With `keep` it takes back a seat that is being passed on (RULES 7)."""
    person, keeps = registration.person, "keep" in request.POST
    if registration.is_active and keeps:
        keep_seat(registration=registration, at=at, by=person)
    elif registration.is_active:
        leave_event(event=registration.event, person=person, at=at, by=person)
    return {"is_kept": keeps}
