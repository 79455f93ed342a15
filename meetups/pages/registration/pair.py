"""Pairs who enter a lottery together: the link that the first person passes on, and the page where the second answers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from meetups.accounts.models import User
from meetups.communities.actions.follow import follow
from meetups.core.errors import DomainError
from meetups.core.links import link
from meetups.core.texts.names import set_apart, with_names
from meetups.events.models import Event
from meetups.pages.entrance.gate import ask_for_code, gate_of, with_gate
from meetups.pages.registration.registration_forms import QuestionsForm
from meetups.pages.sheets.follow_words import current_words
from meetups.pages.sheets.my_steps import steps_of
from meetups.pages.site.access import PageRequest, SignedIn, event_and_part, event_or_404
from meetups.pages.site.refusal_answers import answer
from meetups.registrations.actions.pairs.decline_pair import decline_pair
from meetups.registrations.actions.pairs.invite_partner import invite_partner
from meetups.registrations.actions.pairs.join_pair import join_pair
from meetups.registrations.actions.pairs.withdraw_pair_invitation import withdraw_pair_invitation
from meetups.registrations.models import PairInvitation, Registration
from meetups.registrations.pairs import (
    SamePerson,
    can_invite,
    open_invitation,
    partner_of,
    refuse_where_over,
)
from meetups.registrations.refusals import EventClosed


@dataclass(frozen=True)
class Pair:
    """The pair as the page of a registration shows it: the partner's name, the link to pass on, or that an invitation is possible."""

    partner: str = ""
    url: str = ""
    was_declined: bool = False


def pair_of(registration: Registration, *, at: datetime) -> Pair | None:
    """None where there is nothing to say. No query in a slot that takes no pairs."""
    if not registration.slot.takes_pairs:
        return None
    partner = partner_of(registration)
    if partner:
        return Pair(partner=partner.name)
    if not can_invite(registration, at=at):
        return None
    invitation = open_invitation(registration)
    if invitation:
        return Pair(url=link("pair", invitation.token))
    last = PairInvitation.objects.filter(lead=registration).order_by("-pk").first()
    return Pair(was_declined=last is not None and last.state == PairInvitation.State.DECLINED)


@require_POST
@login_required
def partner(request: SignedIn, public_id: str) -> HttpResponse:
    """`decision=invite` makes the link to pass on; `withdraw` takes it back. Both redirect to the reader's registration."""
    event, part = event_and_part(request, public_id)
    decision = request.POST.get("decision", "")
    if decision not in {"invite", "withdraw"}:
        return HttpResponseBadRequest()
    registration = part.registration if part else None
    if registration is None:
        return redirect("registration", event.public_id)
    if decision == "withdraw":
        withdraw_pair_invitation(registration=registration, at=request.at, by=request.user)
        messages.success(request, _("The link is canceled."))
    else:
        try:
            invite_partner(registration=registration, at=request.at, by=request.user)
        except DomainError as refusal:
            messages.error(request, str(refusal))
    return redirect(f"{link('registration', event.public_id)}#pair")


@require_http_methods(["GET", "HEAD", "POST"])
@with_gate
def pair(request: PageRequest, token: str) -> HttpResponse:
    """GET shows who asks. POST with `decision=accept` enters the lottery as a pair; with `decline` it says no."""
    found = PairInvitation.objects.select_related("lead__slot__lottery", "lead__attendee", "lead__event__community")
    invitation = get_object_or_404(found, token=token)
    lead = invitation.lead
    event = event_or_404(request, lead.event.public_id)
    reader = request.user if request.user.is_authenticated else None
    mine = (
        Registration.objects.active().filter(event=event, attendee=reader).select_related("slot").first()
        if reader
        else None
    )
    if mine and mine.lead_id == lead.pk:
        return _are_a_pair(request, lead, event, messages.INFO)
    decision = request.POST.get("decision", "")
    form = QuestionsForm(request.POST if decision == "accept" else None)
    form.ask(lead.slot)
    gate = gate_of(request)
    context: dict[str, object] = {"event": event, "lead": lead, "mine": mine, "form": form, "gate": gate}
    context["words"] = current_words() if gate else ""
    accepts = decision == "accept" and form.is_valid()
    try:
        if decision == "decline":
            return _decline(request, invitation, reader, event, request.at)
        if accepts and reader:
            return _join(request, invitation, reader, event, form.answers, request.at)
        if not event.is_open(request.at):
            raise EventClosed
        refuse_where_over(invitation, at=request.at)
        if reader and lead.person_key == reader.person_key:
            raise SamePerson
    except DomainError as refusal:
        # A GET of a link that leads nowhere shows the reason; only a POST is refused.
        status = refusal.status if request.method == "POST" else 200
        return _answer(request, {**context, "why_not": refusal}, status)
    context |= {"can_answer": mine is None, "steps": steps_of(event, lead.slot, None, at=request.at)}
    if accepts and gate and gate.is_valid():
        try:
            return ask_for_code(request, gate, label=_("Enter as a pair"), thing=event.words.title, at=request.at)
        except DomainError as refusal:
            return _answer(request, {**context, "refusal": refusal}, refusal.status)
    return _answer(request, context, 422 if request.method == "POST" else 200)


def _decline(
    request: HttpRequest, invitation: PairInvitation, reader: User | None, event: Event, at: datetime
) -> HttpResponse:
    decline_pair(invitation=invitation, at=at, by=reader)
    name = set_apart(invitation.lead.name)
    messages.success(request, with_names(_("You declined. We’ll let %(name)s know."), name=name))
    return redirect("event", event.public_id)


def _join(
    request: HttpRequest,
    invitation: PairInvitation,
    reader: User,
    event: Event,
    answers: dict[str, Any],
    at: datetime,
) -> HttpResponse:
    join_pair(invitation=invitation, person=reader, at=at, answers=answers)
    if "follow" in request.POST:
        follow(person=reader, community=event.community, at=at)
    return _are_a_pair(request, invitation.lead, event, messages.SUCCESS)


def _are_a_pair(request: HttpRequest, lead: Registration, event: Event, level: int) -> HttpResponse:
    said = with_names(_("You’re in this lottery as a pair with %(name)s."), name=set_apart(lead.name))
    messages.add_message(request, level, said)
    return redirect("registration", event.public_id)


def _answer(request: HttpRequest, context: dict[str, object], status: int) -> HttpResponse:
    return answer(request, "pages/registration/pair.html", context, status=status)
