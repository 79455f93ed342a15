"""The co-speakers of a talk, as organizers manage them."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from meetups.accounts.forms import AddressField
from meetups.communities.permissions import Permission
from meetups.events.models import Event
from meetups.speakers.actions.co_speakers.ask_co_speaker import ask_co_speaker
from meetups.speakers.actions.co_speakers.release_co_speaker import release_co_speaker
from meetups.speakers.co_speaker_quota import questions_left_of
from meetups.speakers.models import CoSpeaker, Talk
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.edits import SentForm
from organizers.desk.frame import event_page
from organizers.desk.refusals import refusals_shown


class AddCoSpeakerForm(forms.Form):
    """The person to ask."""

    address = AddressField(autocomplete="off", label=gettext_lazy("Email address"))


@require_http_methods(["GET", "HEAD", "POST"])
@for_event(Permission.DECIDE_TALKS)
def co_speakers(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    """GET lists the co-speakers. POST asks another person, by mail."""
    talk = get_object_or_404(event.talks.coming().select_related("event__community", "speaker"), pk=pk)
    form = AddCoSpeakerForm(request.POST if request.method == "POST" else None)
    sent = SentForm(form)
    if sent.succeeds(
        lambda: ask_co_speaker(talk=talk, address=form.cleaned_data["address"], at=request.at, by=request.user),
        beside="address",
    ):
        messages.success(request, _("Email sent to %(address)s.") % {"address": sent.result.address})
        return redirect("desk_co_speakers", event.public_id, talk.pk)
    there = CoSpeaker.objects.asked_or_joined().filter(talk=talk).select_related("person").order_by("pk")
    context = event_page(
        request,
        event,
        current="desk_readiness",
        talk=talk,
        form=form,
        there=list(there),
        left=questions_left_of(request.user, talk, at=request.at),
        can_change=event.is_open(request.at)
        and not talk.by_hand
        and talk.state in (Talk.State.ACCEPTED, Talk.State.CONFIRMED),
    )
    return render(request, "desk/talks/co_speakers.html", context, status=sent.status)


@require_POST
@for_event(Permission.DECIDE_TALKS)
def end(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    """Withdraws a request, or removes a co-speaker who has joined. Both are told if they know of it."""
    co_speaker = get_object_or_404(CoSpeaker.objects.select_related("talk__event"), pk=pk, talk__event=event)
    with refusals_shown(request):
        release_co_speaker(co_speaker=co_speaker, at=request.at, by=request.user)
        messages.success(request, _("Saved."))
    return redirect("desk_co_speakers", event.public_id, co_speaker.talk_id)
