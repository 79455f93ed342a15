"""The step before registering, for whoever is signed in and for whoever is not."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from meetups.core.errors import DomainError
from meetups.events.models import Event
from meetups.pages.answers import answer
from meetups.pages.duties import Duty, deal, duties_of
from meetups.pages.event_sheet import Common
from meetups.pages.mine import steps_of
from meetups.pages.offers import Offer, best
from meetups.pages.registration_forms import RegistrationForm


def chosen_offer(offers: list[Offer], public_id: str | None) -> Offer | None:
    """The offer that the address names where it is open, else the best one."""
    named = next((offer for offer in offers if offer.slot.public_id == public_id and offer.way_in), None)
    return named or best(offers)


def step(
    request: HttpRequest,
    event: Event,
    common: Common,
    form: RegistrationForm,
    *,
    refusal: DomainError | None = None,
    asks_more: bool = False,
    status: int = 200,
) -> HttpResponse:
    """The page; with `asks_more` it comes back because the chosen slot has questions."""
    chosen = chosen_offer(common.offers, form["slot"].value())
    context = {
        "event": event,
        "form": form,
        "offer": chosen,
        "several": form.has_a_choice,
        "asks_more": asks_more,
        "steps": steps_of(event, chosen.slot, None, at=chosen.at) if chosen else [],
        "duties": certain_seats(event, common, at=timezone.now()),
        "deal": deal(common.offers),
    }
    return answer(request, "pages/registration.html", context, refusal=refusal, status=status)


def certain_seats(event: Event, common: Common, *, at: datetime) -> list[Duty]:
    """Shifts with a certain seat that a reader without one could take instead of waiting."""
    duties = duties_of(event, common.shifts, mine=[], at=at)
    return [duty for duty in duties if duty.is_open and duty.shift.slot_id]
