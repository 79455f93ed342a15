"""The answer to an offer of a seat, from the mail or from my page (RULES 7)."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from meetups.core.links import OFFER_SALT, read_token
from meetups.pages.site.link_answers import answered_by_link
from meetups.registrations.actions.offers.accept_offer import accept_offer
from meetups.registrations.actions.offers.decline_offer import decline_offer
from meetups.registrations.models import Offer, Registration
from meetups.registrations.pen.queue_numbers import queue_number

ANSWERS = {"yes": accept_offer, "no": decline_offer}


def _find(token: str) -> Offer | None:
    found = Offer.objects.filter(pk=read_token(token, OFFER_SALT) or 0, taker__attendee__isnull=False)
    return found.select_related("taker__event__community", "taker__slot", "taker__attendee").first()


def _page(_request: HttpRequest, offer: Offer, at: datetime) -> dict[str, Any]:
    taker = offer.taker
    waits = taker.state == Registration.State.WAITLISTED
    return {
        "event": taker.event,
        "offer": offer,
        "is_open": offer.is_open(at) and taker.event.is_open(at),
        "number": queue_number(taker) if waits else 0,
        "has_seat": taker.state == Registration.State.CONFIRMED,
    }


@answered_by_link("pages/registration/seat_offer.html", find=_find, page=_page, needs_no_cookie=True)
def offer(request: HttpRequest, offer: Offer, at: datetime) -> HttpResponse | None:
    """`answer` is yes or no; no sign-in is needed. Both redirect to this page. A second click changes nothing."""
    action = ANSWERS.get(request.POST.get("answer", ""))
    if action is None:
        return None
    action(offer=offer, at=at, by=offer.taker.person)
    return redirect(request.path)
