"""The answer to an invitation to speak."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from meetups.pages.entrance.gate import answer_at_gate, gate_of, typed_here
from meetups.pages.site.link_answers import answered_by_link
from meetups.pages.talks.decline_form import DeclineForm
from meetups.pages.talks.proposal_form import WordsForm
from meetups.pages.talks.speaker_slot import speaker_slot_name
from meetups.speakers.actions.invitations.accept_speaker_invitation import accept_speaker_invitation
from meetups.speakers.actions.invitations.decline_speaker_invitation import decline_speaker_invitation
from meetups.speakers.models import Rehearsal, SpeakerInvitation


def _find(token: str) -> SpeakerInvitation | None:
    return SpeakerInvitation.objects.select_related("event__community", "made_by", "talk").filter(token=token).first()


def _forms(request: HttpRequest) -> tuple[WordsForm, DeclineForm]:
    """The forms for accepting and for declining; the form that was sent is filled in."""
    is_sent, is_no = request.method == "POST", request.POST.get("answer") == "decline"
    return WordsForm(request.POST if is_sent and not is_no else None, initial=typed_here(request)), DeclineForm(
        request.POST if is_no else None
    )


def _page(request: HttpRequest, invitation: SpeakerInvitation, at: datetime) -> dict[str, Any]:
    form, declining = _forms(request)
    return {
        "event": invitation.event,
        "invitation": invitation,
        "gate": gate_of(request, name=invitation.name, email=invitation.address),
        "form": form,
        "declining": declining,
        "is_closed": not invitation.can_be_answered(at),
        "is_mine": invitation.talk is not None and invitation.talk.speaker_id == request.user.pk,
        "rehearsal": Rehearsal.objects.filter(event=invitation.event).first(),
    }


@answered_by_link("pages/talks/speaker_invitation.html", find=_find, page=_page)
def speaker_invitation(
    request: HttpRequest, invitation: SpeakerInvitation, at: datetime
) -> HttpResponse | dict[str, Any] | None:
    """Accepting needs any account; declining needs only the link.

    The gate begins with the invited address. A reader with this link has received the mail.
    """
    form, declining = _forms(request)
    if declining.is_bound:
        if not declining.is_valid():
            return None
        decline_speaker_invitation(invitation=invitation, word=declining.cleaned_data["word"], at=at)
        invitation.refresh_from_db(fields=["state"])
        return {"is_declined": True} if invitation.state == SpeakerInvitation.State.DECLINED else None
    if not form.is_valid():
        return None
    if not request.user.is_authenticated:
        return answer_at_gate(request, label=_("Yes, I’ll speak"), thing=invitation.event.words.title, at=at)
    accept_speaker_invitation(
        invitation=invitation,
        **form.cleaned_data,
        speaker_slot_name=speaker_slot_name(invitation.event),
        at=at,
        by=request.user,
    )
    messages.success(request, _("Your talk is on the program, and your seat is confirmed. Thank you."))
    return redirect("registration", invitation.event.public_id)
