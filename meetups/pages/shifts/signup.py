"""Pages for taking a shift and for stepping down from it."""

from datetime import datetime
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from meetups.communities.actions.follow import follow
from meetups.core.errors import DomainError
from meetups.events.models import Event
from meetups.pages.entrance.gate import ask_for_code, gate_of, with_gate
from meetups.pages.sheets.duties import Duty
from meetups.pages.sheets.follow_words import current_words
from meetups.pages.sheets.my_part import MyPart, my_part
from meetups.pages.sheets.slot_choices import offers_of
from meetups.pages.shifts.shift_cancellation import Fallback, fallback, rule_of_stepping_down
from meetups.pages.shifts.shift_lines import question_of, what_it_gives
from meetups.pages.site.access import PageRequest, SignedIn, event_and_part, shift_or_404
from meetups.pages.site.refusal_answers import Posted, answer
from meetups.registrations.models import Hold
from meetups.volunteers.actions.signups.sign_up import sign_up
from meetups.volunteers.actions.signups.step_down import step_down as end_signup
from meetups.volunteers.actions.signups.withdraw_request import withdraw_request
from meetups.volunteers.approval import needs_yes
from meetups.volunteers.models import Shift, Signup


@require_http_methods(["GET", "HEAD", "POST"])
@with_gate
def signup(request: PageRequest, public_id: str, pk: int) -> HttpResponse:
    """GET says what the volunteer does, what they get, and what stepping down would mean; POST takes the shift."""
    event, part = event_and_part(request, public_id)
    shift = shift_or_404(event, pk)
    gate = gate_of(request)
    duty = Duty(event, shift, request.at)
    refusal: DomainError | None = None
    try:
        if gate is None and request.method == "POST":
            return _take(cast(SignedIn, request), event, shift, at=request.at)
        if gate and gate.is_valid() and duty.is_open:
            return ask_for_code(request, gate, label=duty.label, thing=event.words.title, at=request.at)
    except DomainError as error:
        refusal = error
    my = my_part(event, part, at=request.at) if part else None
    if my and any(signup.shift_id == shift.pk for signup in my.part.signups):
        return redirect("registration" if shift.slot_id else "event", event.public_id)
    offers = offers_of([event], at=request.at)[event.pk]
    reader = request.user if request.user.is_authenticated else None
    asks = needs_yes(shift, reader, at=request.at) if reader else shift.needs_approval
    context = {
        "event": event,
        "duty": duty,
        "question": question_of(duty, asks=asks),
        "label": _("Request this shift") if asks else duty.label,
        "my": my,
        "asks": asks,
        "has_asked": reader is not None and shift.signups.awaiting_approval().filter(volunteer=reader).exists(),
        "deal": what_it_gives(shift, offers, my.registration if my else None) if shift.slot_id else "",
        "rule": rule_of_stepping_down(offers) if shift.slot_id else "",
        "gate": gate,
        "words": current_words() if gate else "",
    }
    status = 422 if request.method == "POST" else 200
    return answer(request, "pages/shifts/signup.html", context, refusal=refusal, status=status)


def _take(request: SignedIn, event: Event, shift: Shift, *, at: datetime) -> HttpResponse:
    """Takes the shift, asks for it where organizers choose, or withdraws what was asked."""
    if request.POST.get("withdraw"):
        withdraw_request(shift=shift, volunteer=request.user, at=at)
        messages.success(request, _("Your request for “%(shift)s” is withdrawn.") % {"shift": shift.title})
        return redirect("event", event.public_id)
    taken = sign_up(shift=shift, volunteer=request.user, at=at)
    if "follow" in request.POST:
        follow(person=request.user, community=event.community, at=at)
    if taken.state == Signup.State.ASKED:
        messages.success(request, _("Request sent. The organizers will reply by email."))
        return redirect("signup", event.public_id, shift.pk)
    messages.success(request, _("Thank you for helping. The shift is yours."))
    return redirect("registration" if shift.slot_id else "event", event.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def step_down(request: SignedIn, public_id: str, pk: int) -> HttpResponse:
    """GET says what happens to the seat; POST steps down. Of a shift that is over nothing is asked (RULES 112)."""
    event, part = event_and_part(request, public_id)
    shift = shift_or_404(event, pk)
    my = my_part(event, part, at=request.at) if part else None
    signup = next((one for one in my.part.signups if one.shift_id == shift.pk), None) if my else None
    if my is None or signup is None or (shift.ends_at <= request.at and request.method != "POST"):
        return redirect("event", event.public_id)
    posted = Posted(request)
    if posted.succeeds(lambda: end_signup(signup=signup, at=request.at, by=request.user)):
        messages.success(request, _("You canceled your shift “%(shift)s”.") % {"shift": shift.title})
        return redirect("registration" if shift.slot_id else "event", event.public_id)
    duty = Duty(event, shift, request.at, is_mine=True)
    context = {
        "event": event,
        "duty": duty,
        "is_late": not shift.step_down_is_free(request.at),
        "fallback": what_becomes(event, my, signup, at=request.at),
    }
    return posted.page("pages/shifts/step_down.html", context)


def what_becomes(event: Event, my: MyPart, signup: Signup, *, at: datetime) -> Fallback | None:
    """What happens to the seat if the shift of `signup` ends now; None where the shift comes without a seat."""
    if signup.shift.slot_id is None:
        return None
    holds = Hold.objects.active().filter(registration=my.registration).exclude(subject=signup.subject)
    return fallback(
        offers_of([event], at=at)[event.pk],
        held_otherwise=holds.exists(),
        is_over=event.is_over(at),
        checked_in=my.registration is not None and my.registration.checked_in_at is not None,
    )
