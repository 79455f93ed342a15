"""Pages for proposing a talk, changing it, confirming it, and withdrawing it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from meetups.communities.actions.follow import follow
from meetups.pages.entrance.gate import typed_here, with_gate
from meetups.pages.entrance.gated_form import GatedForm
from meetups.pages.sheets.call_for_speakers import takes_proposals
from meetups.pages.sheets.follow_words import current_words
from meetups.pages.shifts.seat_after_shift import seat_after
from meetups.pages.site.access import PageRequest, SignedIn, event_or_404
from meetups.pages.site.refusal_answers import Posted
from meetups.pages.talks.proposal_form import ProposalForm, typed
from meetups.pages.talks.speaker_slot import speaker_slot_name
from meetups.registrations.models import Registration
from meetups.speakers.actions.talks.confirm_talk import confirm_talk
from meetups.speakers.actions.talks.propose_talk import propose_talk
from meetups.speakers.actions.talks.revise_talk import revise_talk
from meetups.speakers.actions.talks.withdraw_talk import withdraw_talk
from meetups.speakers.models import Call, CoSpeaker, Rehearsal, Talk


@require_http_methods(["GET", "HEAD", "POST"])
@with_gate
def proposal(request: PageRequest, public_id: str) -> HttpResponse:
    """GET shows the form; POST sends the proposal to the organizers. If it comes too late, the form keeps what was typed."""
    event = event_or_404(request, public_id)
    call = Call.objects.filter(event=event).first()
    form = ProposalForm(request.POST if request.method == "POST" else None, initial=typed_here(request))
    is_open = takes_proposals(event, call, request.at)
    sent = GatedForm(request, form)
    if sent.succeeds(lambda: propose_talk(event=event, speaker=sent.reader, **form.words, at=request.at)):
        if "follow" in request.POST:
            follow(person=sent.reader, community=event.community, at=request.at)
        messages.success(request, _("Thank you for your proposal. The organizers will reply by email."))
        return redirect("event", event.public_id)
    if is_open and (code_asked := sent.code_asked(label=_("Send proposal"), thing=event.words.title, at=request.at)):
        return code_asked
    context = {"event": event, "call": call, "takes_proposals": is_open}
    return sent.page("pages/talks/talk_proposal.html", context | {"words": current_words() if sent.gate else ""})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def revision(request: SignedIn, pk: int) -> HttpResponse:
    """GET shows the proposal; POST changes it while the organizers have not answered."""
    talk = _my_talk(request, pk)
    form = ProposalForm(request.POST if request.method == "POST" else None, initial=typed(talk))
    posted = Posted(request, form)
    if posted.succeeds(lambda: revise_talk(talk=talk, **form.words, at=request.at, by=request.user)):
        messages.success(request, _("Saved. The organizers can see it."))
        return redirect("event", talk.event.public_id)
    can_change = talk.state == Talk.State.PROPOSED and talk.event.is_open(request.at)
    context = {"event": talk.event, "talk": talk, "form": form, "can_change": can_change}
    return posted.page("pages/talks/talk_revision.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def confirmation(request: SignedIn, pk: int) -> HttpResponse:
    """GET says what confirming means; POST confirms: the talk is on the programme, and the seat is confirmed."""
    talk = _my_talk(request, pk)
    posted = Posted(request)
    if posted.succeeds(
        lambda: confirm_talk(talk=talk, speaker_slot_name=speaker_slot_name(talk.event), at=request.at, by=request.user)
    ):
        messages.success(request, _("Your talk is on the program, and your seat is confirmed. Thank you."))
        return redirect("registration", talk.event.public_id)
    rehearsal = Rehearsal.objects.filter(event=talk.event).first()
    place = Registration.objects.filter(event=talk.event, attendee=request.user, state=Registration.State.CONFIRMED)
    context = {
        "event": talk.event,
        "talk": talk,
        "rehearsal": rehearsal,
        "is_open": talk.event.is_open(request.at),
        "is_late": talk.answer_by <= request.at,
        "has_seat": place.exists(),
    }
    return posted.page("pages/talks/talk_confirmation.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def withdrawal(request: SignedIn, pk: int) -> HttpResponse:
    """GET says what happens to the programme and the seat; POST withdraws the talk."""
    talk = _my_talk(request, pk)
    posted = Posted(request)
    if posted.succeeds(lambda: withdraw_talk(talk=talk, at=request.at, by=request.user)):
        messages.success(
            request, _("“%(title)s” is withdrawn. The organizers have been notified.") % {"title": talk.title}
        )
        return redirect("event", talk.event.public_id)
    context = {
        "event": talk.event,
        "talk": talk,
        "fallback": seat_after(talk.subject, talk.event, at=request.at),
        "co_speakers": CoSpeaker.objects.active().filter(talk=talk).count(),
    }
    return posted.page("pages/talks/talk_withdrawal.html", context)


def _my_talk(request: SignedIn, pk: int) -> Talk:
    """A talk of the reader's own. Raises Http404."""
    return get_object_or_404(Talk.objects.select_related("event__community"), speaker=request.user, pk=pk)
