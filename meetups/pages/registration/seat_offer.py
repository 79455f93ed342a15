"""The answer to an offer of a seat, from the mail or from my page (RULES 7)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from meetups.core.errors import DomainError
from meetups.core.links import read_offer_token
from meetups.pages.site.refusal_answers import answer
from meetups.registrations.actions.offers.accept_offer import accept_offer
from meetups.registrations.actions.offers.decline_offer import decline_offer
from meetups.registrations.models import Offer, Registration
from meetups.registrations.pen.queue_numbers import queue_number

ANSWERS = {"yes": accept_offer, "no": decline_offer}


# The token in the address is what allows it, for this offer alone; mail programs that open pages have no cookies.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows the offer, because mail scanners follow links; POST with `answer` yes or no answers it, without signing in, and comes
    back here. Clicking again changes nothing.
    """
    at = timezone.now()
    found = _offer(token)
    if found is None:
        return render(request, "pages/registration/offer.html", {"is_unknown": True}, status=404)
    refusal: DomainError | None = None
    status = 200
    if request.method == "POST":
        action = ANSWERS.get(request.POST.get("answer", ""))
        if action:
            try:
                action(offer=found, at=at, by=found.taker.person)
                return redirect("offer", token)
            except DomainError as error:
                refusal = error
        else:
            status = 422
    taker = found.taker
    waits = taker.state == Registration.State.WAITLISTED
    context = {
        "event": taker.event,
        "offer": found,
        "is_open": found.is_open(at) and taker.event.is_open(at),
        "number": queue_number(taker) if waits else 0,
        "has_seat": taker.state == Registration.State.CONFIRMED,
    }
    return answer(request, "pages/registration/offer.html", context, refusal=refusal, status=status)


def _offer(token: str) -> Offer | None:
    pk = read_offer_token(token)
    if pk is None:
        return None
    found = Offer.objects.filter(pk=pk, taker__attendee__isnull=False)
    return found.select_related("taker__event__community", "taker__slot", "taker__attendee").first()
