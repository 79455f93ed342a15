"""The step before registering, for readers with or without an account."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from meetups.communities.models import Follow
from meetups.core.errors import DomainError
from meetups.events.models import Event
from meetups.events.opening import opening_of
from meetups.lifecycle.participants import Participant
from meetups.pages.entrance.gate import GateForm
from meetups.pages.events.event_sheet import Common, standing_of, version_of
from meetups.pages.registration.registration_forms import RegistrationForm
from meetups.pages.sheets.deal import deal
from meetups.pages.sheets.duties import Duty, duties_of
from meetups.pages.sheets.follow_words import current_words
from meetups.pages.sheets.my_steps import steps_of
from meetups.pages.sheets.slot_choices import SlotChoice, best
from meetups.pages.site.access import PageRequest
from meetups.pages.site.refusal_answers import answer
from meetups.pages.site.shared_page import shared_page
from meetups.registrations.refusals import NotOpenYet


def chosen_offer(offers: list[SlotChoice], public_id: str | None) -> SlotChoice | None:
    """The offer that the address names, if it is open; else the best one."""
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
    gate: GateForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of this step. With `asks_more` it is shown again because the chosen slot has questions, and with an empty `gate`
    because its reader was signed in when they opened it.
    """
    offers = common.offers
    if isinstance(refusal, NotOpenYet):
        # What was typed is there again, and can be sent when the time has come.
        offers = [offer.once_open() for offer in offers]
    follows = Follow.objects.filter(person=request.user.pk, community=event.community).exists()
    own = {"asks_more": asks_more, "follows": follows, "gate": gate}
    context = _context(event, common, form, offers) | own
    return answer(request, "pages/registration/registration.html", context, refusal=refusal, status=status)


def fresh_step(request: PageRequest, event: Event, common: Common, part: Participant) -> HttpResponse:
    """The page as a signed-in reader opens it; `?slot=` chooses the slot."""
    chosen = chosen_offer(common.offers, request.GET.get("slot"))

    def context(own: Mapping[str, str]) -> dict[str, Any]:
        initial = {"slot": chosen.slot.public_id if chosen else "", "request_id": own["request_id"]}
        return _context(event, common, RegistrationForm(initial=initial, slots=common.slots), common.offers) | {
            "follows": part.follows
        }

    key = (version_of(event), standing_of(part), part.follows, event.opens_later(request.at))
    return shared_page(
        request, "pages/registration/registration.html", context, key=key, own={"request_id": str(uuid4())}
    )


def _context(event: Event, common: Common, form: RegistrationForm, offers: list[SlotChoice]) -> dict[str, Any]:
    form.offer_slots(offers)
    chosen = chosen_offer(offers, form["slot"].value())
    return {
        "event": event,
        "form": form,
        "offer": chosen,
        "several": form.has_a_choice,
        "steps": steps_of(event, chosen.slot, None, at=chosen.at) if chosen else [],
        "opening": opening_of(event, at=timezone.now()),
        "duties": certain_seats(event, common, at=timezone.now()),
        "deal": deal(offers),
        "words": current_words(),
    }


def certain_seats(event: Event, common: Common, *, at: datetime) -> list[Duty]:
    """Shifts with a guaranteed seat that a reader without one can take instead of waiting."""
    duties = duties_of(event, common.shifts, mine=[], at=at)
    return [duty for duty in duties if duty.is_open and duty.shift.is_offered]
