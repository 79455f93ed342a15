"""A talk that organizers have entered by hand: its speaker takes it over, or says that it is not theirs."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from meetups.accounts.models import person_key
from meetups.core.links import by_signed_token
from meetups.pages.entrance.gate import answer_at_gate, gate_of
from meetups.pages.site.link_answers import answered_by_link
from meetups.pages.talks.decline_form import DeclineForm
from meetups.pages.talks.speaker_slot import speaker_slot_name
from meetups.speakers.actions.offers.end_talk_offer import decline_talk_offer
from meetups.speakers.actions.offers.take_over_talk import take_over_talk
from meetups.speakers.models import TalkOffer


def _find(token: str) -> TalkOffer | None:
    found = TalkOffer.objects.select_related("talk__event__community", "talk__speaker")
    return found.filter(by_signed_token(TalkOffer, token)).first()


def _page(request: HttpRequest, offer: TalkOffer, at: datetime) -> dict[str, Any]:
    return {
        "event": offer.talk.event,
        "talk": offer.talk,
        "offer": offer,
        "is_closed": not offer.can_be_taken(at),
        "is_over": offer.talk.event.is_over(at),
        "gate": gate_of(request),
        "declining": DeclineForm(request.POST if request.POST.get("answer") == "decline" else None),
        "is_mine": request.user.is_authenticated and request.user.person_key == person_key(offer.address),
    }


@answered_by_link("pages/talks/talk_offer.html", find=_find, page=_page)
def talk_offer(request: HttpRequest, offer: TalkOffer, at: datetime) -> HttpResponse | dict[str, Any] | None:
    """Taking over needs the account of the address; declining needs only the link. The address is not shown to anyone."""
    if request.POST.get("answer") == "decline":
        declining = DeclineForm(request.POST)
        if not declining.is_valid():
            return None
        offer = decline_talk_offer(offer=offer, word=declining.cleaned_data["word"], at=at)
        return {"is_declined": True} if offer.state == TalkOffer.State.DECLINED else None
    if not request.user.is_authenticated:
        return answer_at_gate(request, label=_("Take it over"), thing=offer.talk.title, at=at)
    talk = take_over_talk(offer=offer, speaker_slot_name=speaker_slot_name(offer.talk.event), at=at, by=request.user)
    messages.success(request, _("The talk is yours now. Here’s what it still needs from you."))
    return redirect("talk_preparation", talk.pk)
