"""Talks that people offer to a community, for an event that is not yet chosen."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from meetups.communities.models import Community
from meetups.communities.permissions import Permission
from meetups.core.links import link
from meetups.core.texts.names import set_apart, with_names
from meetups.speakers.actions.proposals.decline_proposal import decline_proposal
from meetups.speakers.actions.proposals.take_proposal import take_proposal
from meetups.speakers.models import Call, Proposal
from organizers.community.communities import community_page
from organizers.community.event_lists import SHOWN
from organizers.desk.access import DeskRequest, for_community
from organizers.desk.refusals import refusals_shown

ANSWERED_SHOWN = 20


@require_safe
@for_community(Permission.DECIDE_TALKS)
def proposals(request: DeskRequest, community: Community) -> HttpResponse:
    """The proposals that wait, the events that can take them, and the outcome of the latest others.

    Each proposal has a list of those events: the next ones, or those whose title has the words of the query.
    """
    words = request.GET.get("q", "").strip()[:100]
    ahead = community.events.published().filter(starts_at__gt=request.at, title__icontains=words)
    events = list(ahead.order_by("starts_at", "pk")[: SHOWN + 1])
    call = Call.objects.filter(community=community, event=None).first()
    every = community.proposals.select_related("speaker")
    answered = every.filter(state__in=[Proposal.State.TAKEN, Proposal.State.DECLINED]).select_related("talk__event")
    context = {
        **community_page(request, community, current="desk_proposals"),
        "call": call,
        "is_open": call is not None and call.is_open(request.at),
        "url": link("proposal", community.slug),
        "waiting": list(every.waiting()),
        "events": events[:SHOWN],
        "words": words,
        "searches": bool(words) or len(events) > SHOWN,
        "answered": list(answered.order_by("-ended_at", "-pk")[:ANSWERED_SHOWN]),
    }
    return render(request, "desk/community/proposals.html", context)


@require_POST
@for_community(Permission.DECIDE_TALKS)
def answer(request: DeskRequest, community: Community, pk: int) -> HttpResponse:
    """`answer` is take or decline; with take, `event` is the public id of a future event. The speaker is told."""
    proposal = get_object_or_404(community.proposals.select_related("speaker", "community"), pk=pk)
    wanted = request.POST.get("answer", "")
    told = {"title": proposal.title, "name": set_apart(proposal.speaker)}
    with refusals_shown(request):
        if wanted == "take":
            event = get_object_or_404(community.events.published(), public_id=request.POST.get("event", ""))
            take_proposal(proposal=proposal, event=event, at=request.at, by=request.user)
            said = with_names(
                _("“%(title)s” was added to “%(event)s”. We’ll ask %(name)s to confirm."), event=event.title, **told
            )
        elif wanted == "decline":
            decline_proposal(proposal=proposal, at=request.at, by=request.user)
            said = with_names(_("“%(title)s” is declined. We’ll email %(name)s."), **told)
        else:
            return HttpResponseBadRequest()
        messages.success(request, said)
    return redirect("desk_proposals", community.slug)
