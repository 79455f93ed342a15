"""The hand-over of a shift: the page of the volunteer who gives it, and the page of the person who is asked."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from meetups.accounts.forms import AddressField
from meetups.core.errors import DomainError
from meetups.core.links import by_mailed_token
from meetups.pages.entrance.gate import answer_at_gate, gate_of
from meetups.pages.sheets.deal import deal
from meetups.pages.sheets.duties import Duty
from meetups.pages.sheets.my_part import my_part
from meetups.pages.sheets.slot_choices import offers_of
from meetups.pages.shifts.signup import what_becomes
from meetups.pages.site.access import SignedIn, event_and_part, shift_or_404
from meetups.pages.site.link_answers import answered_by_link
from meetups.pages.site.refusal_answers import answer
from meetups.registrations.models import Registration
from meetups.volunteers.actions.handovers.accept_handover import accept_handover
from meetups.volunteers.actions.handovers.decline_handover import decline_handover
from meetups.volunteers.actions.handovers.hand_over_shift import hand_over_shift
from meetups.volunteers.actions.handovers.withdraw_handover import withdraw_handover
from meetups.volunteers.handover_rules import (
    HandoverIsForSomeoneElse,
    HandoverIsOver,
    organizers_of,
    refuse_taker,
)
from meetups.volunteers.models import Handover


class HandoverForm(forms.Form):
    """The person who is asked."""

    address = AddressField(
        autocomplete="off",
        label=gettext_lazy("Email address"),
        help_text=gettext_lazy("Ask them first. They reply using a link in the email."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def signup_handover(request: SignedIn, public_id: str, pk: int) -> HttpResponse:
    """GET says what handing over means; POST asks the person at an address, or with `withdraw` takes the request back."""
    event, part = event_and_part(request, public_id)
    shift = shift_or_404(event, pk)
    my = my_part(event, part, at=request.at) if part else None
    signup = next((one for one in my.part.signups if one.shift_id == shift.pk), None) if my else None
    if my is None or signup is None:
        return redirect("event_shifts", event.public_id)
    form = HandoverForm(request.POST if request.method == "POST" and "withdraw" not in request.POST else None)
    refusal: DomainError | None = None
    if request.method == "POST":
        try:
            if "withdraw" in request.POST:
                withdraw_handover(signup=signup, at=request.at, by=request.user)
                messages.success(request, _("Request withdrawn. The shift is still yours."))
                return redirect("signup_handover", event.public_id, shift.pk)
            if form.is_valid():
                hand_over_shift(signup=signup, address=form.cleaned_data["address"], at=request.at, by=request.user)
                messages.success(request, _("Your request has been emailed."))
                return redirect("signup_handover", event.public_id, shift.pk)
        except DomainError as error:
            refusal = error
    handovers = Handover.objects.filter(signup=signup).order_by("pk")
    duty = Duty(event, shift, request.at, is_mine=True)
    context = {
        "event": event,
        "duty": duty,
        "form": form,
        "asked": Handover.objects.open(request.at).filter(signup=signup).first(),
        "declined": [one.address for one in handovers if one.state == Handover.State.DECLINED],
        "becomes": what_becomes(event, my, signup, at=request.at),
        "organizers": organizers_of(event) if shift.needs_approval else "",
    }
    return answer(
        request, "pages/shifts/shift_handover.html", context, refusal=refusal, status=422 if form.errors else 200
    )


def _find(token: str) -> Handover | None:
    found = Handover.objects.select_related(
        "signup__volunteer", "signup__shift__event__community", "signup__shift__lead"
    )
    return found.filter(by_mailed_token(Handover, token)).first()


def _page(request: HttpRequest, asked: Handover, at: datetime) -> dict[str, Any]:
    shift, event = asked.signup.shift, asked.signup.shift.event
    is_open, is_declined = asked.is_open(at), asked.state == Handover.State.DECLINED
    context: dict[str, Any] = {
        "event": event,
        "handover": asked,
        "duty": Duty(event, shift, at),
        "is_closed": not is_open and not is_declined,
        "gate": gate_of(request),
        "is_mine": request.user.is_authenticated and asked.is_for(request.user),
        "is_taken": asked.state == Handover.State.ACCEPTED,
        "is_declined": is_declined,
    }
    if is_open and shift.slot_id:
        context["deal"] = deal(offers_of([event], at=at)[event.pk])
    if is_open and request.user.is_authenticated:
        mine = Registration.objects.active().filter(event=event, attendee=request.user)
        context["place"] = mine.select_related("slot").first()
        try:
            refuse_taker(asked, request.user, at=at)
        except (HandoverIsForSomeoneElse, HandoverIsOver):
            pass
        except DomainError as error:
            context["why_not"] = str(error)
    return context


@answered_by_link("pages/shifts/handover.html", find=_find, page=_page)
def handover(request: HttpRequest, asked: Handover, at: datetime) -> HttpResponse | None:
    """Accepting needs the account of the asked address; declining needs only the link. The address is not shown here."""
    if request.POST.get("decision") == "decline":
        decline_handover(handover=asked, at=at)
        return redirect(request.path)
    if not request.user.is_authenticated:
        return answer_at_gate(
            request, label=_("Take over the shift"), thing=asked.signup.shift.event.words.title, at=at
        )
    accept_handover(handover=asked, at=at, by=request.user)
    messages.success(request, _("Thank you for helping. The shift is yours."))
    shift = asked.signup.shift
    return redirect("registration" if shift.slot_id else "event_shifts", shift.event.public_id)
