"""Registering without an account: name and address, then the code that comes by mail (RULES 27, 28)."""

from datetime import datetime
from typing import Any, cast
from uuid import uuid4

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from meetups.accounts.forms import CodeForm
from meetups.communities.actions.follow import follow
from meetups.core.errors import DomainError
from meetups.core.security_log import SecurityEvent, record_security
from meetups.events.facts import instant
from meetups.events.models import Event
from meetups.pages.entrance.codes import guessing, mailing
from meetups.pages.entrance.gate import GateForm, gate_of
from meetups.pages.events.event_sheet import common_of
from meetups.pages.registration.register_step import chosen_offer, step
from meetups.pages.registration.registration_forms import RegistrationForm
from meetups.pages.site.access import PageRequest, event_and_slots_lately_or_404, event_or_404
from meetups.pages.site.browser import browser_of, forget, new_browser, remember
from meetups.pages.site.refusal_answers import answer
from meetups.registrations.actions.held_places.claim_place import (
    Claim,
    NothingWaits,
    TooManyWrongCodes,
    WrongCode,
    claim_place,
)
from meetups.registrations.actions.held_places.hold_place import hold_place
from meetups.registrations.models import HeldPlace
from meetups.registrations.unverified_places import place_of


class FirstTimeForm(GateForm, RegistrationForm):
    """The step before registering, with name and address."""


def first_step(request: PageRequest, public_id: str) -> HttpResponse:
    """GET asks for name and address beside the slot; POST mails a code and redirects to the page where it is typed."""
    browser = browser_of(request)
    if request.method != "POST":
        event = event_or_404(request, public_id)
        common = common_of(event, None, at=request.at)
        waiting = place_of(event, browser)
        chosen = chosen_offer(common.offers, request.GET.get("slot"))
        initial = {"slot": chosen.slot.public_id if chosen else "", "request_id": uuid4()}
        if waiting:
            initial |= {"name": waiting.name, "email": waiting.email, "follow": waiting.follows}
        return step(request, event, common, FirstTimeForm(initial=initial, slots=common.slots))
    # Success needs no page, so the page is read only where the form comes back.
    event, slots = event_and_slots_lately_or_404(request, public_id)
    form = FirstTimeForm(request.POST, slots=slots)
    gate = gate_of(request)
    if form.asks_more:
        form = FirstTimeForm(initial=form.filled_in, slots=slots)
        return step(request, event, common_of(event, None, at=request.at), form, asks_more=True, gate=gate, status=422)
    if not form.is_valid():
        if gate and not gate.is_bound:
            # The page was opened by a person who was signed in: it had no such fields.
            for name in gate.fields:
                form.errors.pop(name, None)
        return step(request, event, common_of(event, None, at=request.at), form, gate=gate, status=422)
    email = form.cleaned_data["email"]
    browser = browser or new_browser()
    try:
        with mailing(request, email, at=request.at):
            hold_place(
                slot=form.chosen,
                name=form.cleaned_data["name"],
                email=email,
                language=get_language() or "en",
                browser=browser,
                at=request.at,
                answers=form.answers,
                follows=form.cleaned_data["follow"],
            )
    except DomainError as refusal:
        return step(request, event, common_of(event, None, at=request.at), form, refusal=refusal)
    return remember(redirect("registration_code", event.public_id), browser)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: PageRequest, public_id: str) -> HttpResponse:
    """GET asks for the code; POST with the right one signs in, registers, and redirects to the registration."""
    event = event_or_404(request, public_id)
    if request.user.is_authenticated:
        return redirect("registration", event.public_id)
    browser = browser_of(request)
    form = CodeForm(request.POST if request.method == "POST" else None)
    refusal: DomainError | None = None
    if form.is_valid():
        place = place_of(event, browser)
        email = place.email if place else ""
        try:
            with guessing(request, email, WrongCode, TooManyWrongCodes, at=request.at):
                claim = claim_place(event=event, browser=browser, code=form.cleaned_data["code"], at=request.at)
        except DomainError as error:
            refusal = error
            if isinstance(error, WrongCode | TooManyWrongCodes):
                record_security(SecurityEvent.WRONG_CODE, reason="registration_code", public_id=event.public_id)
                form.add_error("code", str(error))
        else:
            if place and place.follows:
                follow(person=claim.person, community=event.community, at=request.at)
            return forget(_sign_in(request, claim, event))
    return _page(request, event, place_of(event, browser), form, refusal, at=request.at)


def _page(
    request: HttpRequest,
    event: Event,
    place: HeldPlace | None,
    form: CodeForm,
    refusal: DomainError | None,
    *,
    at: datetime,
) -> HttpResponse:
    """The page for the code. If nothing waits for a code, it says why."""
    if place is None or not place.is_held(at):
        context: dict[str, Any] = {"event": event, "why_not": refusal or NothingWaits()}
        return answer(request, "pages/registration/registration_code.html", context, status=410)
    context = {
        "event": event,
        "place": place,
        "form": form,
        "until": instant(place.expires_at, event),
        "is_drawn": place.slot.is_lottery and place.expires_at == place.slot.lottery.closes_at,
    }
    if refusal and not form.errors:
        return answer(request, "pages/registration/registration_code.html", context, refusal=refusal)
    return answer(request, "pages/registration/registration_code.html", context, status=422 if form.errors else 200)


def _sign_in(request: HttpRequest, claim: Claim, event: Event) -> HttpResponse:
    """Signs in like any code: a person with a second factor is asked for it and returns afterwards."""
    if claim.refusal:
        messages.info(request, str(claim.refusal))
    record_authentication(request, claim.person, method="code", email=claim.person.email)
    response = perform_login(
        request,
        claim.person,
        email=claim.person.email,
        redirect_url=reverse("registration", args=[event.public_id]),
    )
    return cast(HttpResponse, response)
