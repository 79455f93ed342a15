"""A talk that was entered by hand is offered to its speaker."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from meetups.accounts.forms import AddressField
from meetups.communities.permissions import Permission
from meetups.events.models import Event
from meetups.speakers.actions.offers.end_talk_offer import withdraw_talk_offer
from meetups.speakers.actions.offers.offer_talk import offer_talk
from meetups.speakers.models import TalkOffer
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.edits import SentForm
from organizers.desk.frame import event_page


class OfferForm(forms.Form):
    """The person who gives the talk."""

    address = AddressField(autocomplete="off", label=gettext_lazy("The speaker’s email address"))


@require_http_methods(["GET", "HEAD", "POST"])
@for_event(Permission.DECIDE_TALKS)
def offer(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    """GET asks for an address. POST mails the link there, or ends the last one with `withdraw`."""
    talk = get_object_or_404(event.talks.select_related("event__community", "speaker"), pk=pk, by_hand=True)
    last = TalkOffer.objects.filter(talk=talk).select_related("talk__event").order_by("-pk").first()
    back = redirect("desk_talk", event.public_id, talk.pk)
    if request.method == "POST" and "withdraw" in request.POST:
        if last:
            withdraw_talk_offer(offer=last, at=request.at, by=request.user)
        messages.success(request, _("The link no longer works."))
        return back
    form = OfferForm(request.POST if request.method == "POST" else None)
    sent = SentForm(form)
    if sent.succeeds(
        lambda: offer_talk(talk=talk, address=form.cleaned_data["address"], at=request.at, by=request.user),
        beside="address",
    ):
        messages.success(request, _("Email sent to %(address)s.") % {"address": sent.result.address})
        return back
    can_offer = event.is_published
    context = event_page(request, event, current="desk_talks", talk=talk, form=form, last=last, can_offer=can_offer)
    return render(request, "desk/talks/one/talk_offer.html", context, status=sent.status)
