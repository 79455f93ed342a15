"""Proposals to a community, for an event that is not chosen yet."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from meetups.communities.actions.follow import follow
from meetups.communities.models import Community
from meetups.pages.entrance.gate import typed_here, with_gate
from meetups.pages.entrance.gated_form import GatedForm
from meetups.pages.sheets.follow_words import current_words
from meetups.pages.site.access import PageRequest, SignedIn
from meetups.pages.site.refusal_answers import Posted
from meetups.pages.talks.proposal_form import ProposalForm, typed
from meetups.speakers.actions.proposals.propose_to_community import propose_to_community
from meetups.speakers.actions.proposals.revise_proposal import revise_proposal
from meetups.speakers.actions.proposals.withdraw_proposal import withdraw_proposal
from meetups.speakers.models import Call, Proposal


@require_http_methods(["GET", "HEAD", "POST"])
@with_gate
def proposal(request: PageRequest, slug: str) -> HttpResponse:
    """GET shows the form while the community's standing call is open; POST sends the proposal to the organizers."""
    community = get_object_or_404(Community, slug=slug)
    call = Call.objects.filter(community=community, event=None).first()
    form = ProposalForm(request.POST if request.method == "POST" else None, initial=typed_here(request))
    is_open = call is not None and call.is_open(request.at)
    sent = GatedForm(request, form)
    if sent.succeeds(
        lambda: propose_to_community(community=community, speaker=sent.reader, **form.words, at=request.at)
    ):
        if "follow" in request.POST:
            follow(person=sent.reader, community=community, at=request.at)
        messages.success(request, _("Thank you for your proposal. The organizers will reply by email."))
        return redirect("my_page")
    if is_open and (code_asked := sent.code_asked(label=_("Send proposal"), thing=community.name, at=request.at)):
        return code_asked
    context = {"community": community, "call": call, "takes_proposals": is_open}
    return sent.page("pages/talks/proposals/proposal.html", context | {"words": current_words() if sent.gate else ""})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def revision(request: SignedIn, pk: int) -> HttpResponse:
    """GET shows the proposal and its result; POST changes it while it has no answer."""
    mine = _my_proposal(request, pk)
    form = ProposalForm(request.POST if request.method == "POST" else None, initial=typed(mine))
    posted = Posted(request, form)
    if posted.succeeds(lambda: revise_proposal(proposal=mine, **form.words, at=request.at, by=request.user)):
        messages.success(request, _("Saved. The organizers can see it."))
        return redirect("my_page")
    context = {"proposal": mine, "community": mine.community, "form": form}
    return posted.page("pages/talks/proposals/proposal_revision.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def withdrawal(request: SignedIn, pk: int) -> HttpResponse:
    """GET asks once; POST withdraws the proposal."""
    mine = _my_proposal(request, pk)
    posted = Posted(request)
    if posted.succeeds(lambda: withdraw_proposal(proposal=mine, at=request.at, by=request.user)):
        messages.success(
            request, _("“%(title)s” is withdrawn. The organizers have been notified.") % {"title": mine.title}
        )
        return redirect("my_page")
    context = {"proposal": mine, "community": mine.community}
    return posted.page("pages/talks/proposals/proposal_withdrawal.html", context)


def _my_proposal(request: SignedIn, pk: int) -> Proposal:
    """A proposal of the reader's own. Raises Http404."""
    return get_object_or_404(Proposal.objects.select_related("community", "talk__event"), speaker=request.user, pk=pk)
