"""A registration: the step before it, its page afterwards, and the change to another slot."""

from datetime import datetime
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from meetups.communities.actions.follow import follow
from meetups.core.errors import DomainError
from meetups.core.links import link
from meetups.events.models import Event
from meetups.pages.events.event_sheet import Common, common_of
from meetups.pages.registration.cancellation_effects import deadlines_of
from meetups.pages.registration.my_answers import answers_of
from meetups.pages.registration.pair import pair_of
from meetups.pages.registration.register_step import certain_seats, fresh_step, step
from meetups.pages.registration.registration_forms import OtherSlotForm, RegistrationForm
from meetups.pages.registration.without_account import first_step
from meetups.pages.sheets import share
from meetups.pages.sheets.deal import deal
from meetups.pages.sheets.duties import duties_of
from meetups.pages.sheets.follow_words import current_words
from meetups.pages.sheets.my_part import MyPart, my_part, rehearsal_for
from meetups.pages.sheets.slot_choices import offers_of
from meetups.pages.sheets.tell import seats_to_tell
from meetups.pages.site.access import PageRequest, SignedIn, event_and_part, event_and_slots_lately_or_404
from meetups.pages.site.refusal_answers import Posted, answer
from meetups.registrations.actions.registration.change_slot import WouldWait, change_slot
from meetups.registrations.actions.registration.register import register
from meetups.speakers.models import Talk
from meetups.speakers.programme.timetable import timetable


@require_http_methods(["GET", "HEAD", "POST"])
def registration(request: PageRequest, public_id: str) -> HttpResponse:
    """The step before registering, for readers with or without an account; afterwards the reader's registration."""
    if request.user.is_authenticated:
        return _registration(cast(SignedIn, request), public_id)
    return first_step(request, public_id)


def _registration(request: SignedIn, public_id: str) -> HttpResponse:
    """GET shows the reader's registration, or the step before it (`?slot=` chooses the slot). POST registers and redirects here."""
    if request.method == "POST":
        return _register(request, public_id, at=request.at)
    event, part = event_and_part(request, public_id)
    assert part is not None
    common = common_of(event, part, at=request.at)
    my = my_part(event, part, at=request.at)
    if my and my.registration:
        return _after(request, event, common, my, at=request.at)
    return fresh_step(request, event, common, part)


def _register(request: SignedIn, public_id: str, *, at: datetime) -> HttpResponse:
    """Registers. The data of the page is read only if the form is shown again, because success needs no page."""
    event, slots = event_and_slots_lately_or_404(request, public_id)
    form = RegistrationForm(request.POST, slots=slots)
    if form.asks_more:
        form = RegistrationForm(initial=form.filled_in, slots=slots)
        return step(request, event, common_of(event, None, at=at), form, asks_more=True, status=422)
    if not form.is_valid():
        return step(request, event, common_of(event, None, at=at), form, status=422)
    try:
        register(
            slot=form.chosen,
            attendee=request.user,
            at=at,
            request_id=form.cleaned_data["request_id"],
            answers=form.answers,
        )
    except DomainError as refusal:
        return step(request, event, common_of(event, None, at=at), form, refusal=refusal)
    if form.cleaned_data["follow"]:
        follow(person=request.user, community=event.community, at=at)
    return HttpResponseRedirect(request.path)


def _after(request: HttpRequest, event: Event, common: Common, my: MyPart, *, at: datetime) -> HttpResponse:
    """The page of the reader's registration."""
    slot = my.part.registration.slot_id if my.part.registration else None
    context = {
        "event": event,
        "my": my,
        "is_open": event.is_open(at),
        "can_change": not my.is_held and any(offer.way_in and offer.slot.pk != slot for offer in common.offers),
        "duties": [] if my.part.signups else certain_seats(event, common, at=at),
        "deal": deal(common.offers),
        "has_shifts": any(duty.is_open for duty in duties_of(event, common.shifts, mine=[], at=at)),
        "share": share.links(event),
        "tell": seats_to_tell(common.offers),
        "event_url": link("event", event.public_id),
        "words": current_words(),
        "deadlines": deadlines_of(my, at=at),
        "rehearsal": rehearsal_for(event, my.part),
        "programme": timetable(event) if any(talk.state == Talk.State.CONFIRMED for talk in my.part.talks) else [],
        "answers": answers_of(my.registration, starts_at=event.starts_at, at=at) if my.registration else None,
        "pair": pair_of(my.registration, at=at) if my.registration and event.is_open(at) else None,
    }
    return render(request, "pages/me/my_registration.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def slot(request: SignedIn, public_id: str) -> HttpResponse:
    """GET shows the other slots and what each costs; POST changes the slot. A change that means waiting needs `accept_waiting`."""
    event, part = event_and_part(request, public_id)
    offers = offers_of([event], at=request.at)[event.pk]
    my = my_part(event, part, at=request.at) if part else None
    if my is None or my.registration is None:
        return redirect("registration", event.public_id)
    form = OtherSlotForm(request.POST or None, offers=offers, current=my.registration)
    asks_more = form.asks_more
    if asks_more:
        form = OtherSlotForm(initial=form.filled_in, offers=offers, current=my.registration)
        form.asks_to_wait = "accept_waiting" in form.initial
    posted, registration = Posted(request, form), my.registration
    if posted.succeeds(
        lambda: change_slot(
            registration=registration,
            slot=form.chosen,
            at=request.at,
            accept_waiting=form.cleaned_data["accept_waiting"],
            answers=form.answers,
        )
    ):
        messages.success(request, _("Your slot is now “%(slot)s”.") % {"slot": form.chosen.name})
        return redirect("registration", event.public_id)
    if posted.refusal:
        form.asks_to_wait = isinstance(posted.refusal, WouldWait)
    context = {"event": event, "my": my, "form": form, "has_others": form.has_a_choice, "asks_more": asks_more}
    status = 422 if request.method == "POST" else 200
    return answer(request, "pages/registration/registration_slot.html", context, refusal=posted.refusal, status=status)
