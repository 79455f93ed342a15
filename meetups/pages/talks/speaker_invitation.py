"""Somebody is asked to speak, and says yes or no."""

from django import forms
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from meetups.core.errors import DomainError
from meetups.pages.site.refusal_answers import answer
from meetups.pages.talks.proposal_form import WordsForm
from meetups.pages.talks.speaker_slot import speaker_slot_name
from meetups.speakers.actions.invitations.accept_speaker_invitation import accept_speaker_invitation
from meetups.speakers.actions.invitations.decline_speaker_invitation import decline_speaker_invitation
from meetups.speakers.models import Rehearsal, SpeakerInvitation

TEMPLATE = "pages/talks/speaker_invitation.html"


class DeclineForm(forms.Form):
    """What one may say with a no."""

    word = forms.CharField(
        label=gettext_lazy("Message to the organizers"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def speaker_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows who asks for what, and changes nothing: mail scanners follow links. POST answers.

    Yes needs an account, whichever; no needs the link alone. The invited address stands in the link to sign-up alone, which
    begins with it; whoever has this link had the mail.
    """
    at = timezone.now()
    found = SpeakerInvitation.objects.select_related("event__community", "made_by", "talk")
    invitation = get_object_or_404(found, token=token)
    event = invitation.event
    is_sent, is_no = request.method == "POST", request.POST.get("answer") == "decline"
    form = WordsForm(request.POST if is_sent and not is_no else None)
    declining = DeclineForm(request.POST if is_no else None)
    refusal: DomainError | None = None
    if is_no and declining.is_valid():
        decline_speaker_invitation(invitation=invitation, word=declining.cleaned_data["word"], at=at)
        invitation.refresh_from_db(fields=["state"])
        if invitation.state == SpeakerInvitation.State.DECLINED:
            return render(request, TEMPLATE, {"event": event, "invitation": invitation, "is_declined": True})
    elif is_sent and not is_no:
        if not request.user.is_authenticated:
            return redirect_to_login(request.path)
        if form.is_valid():
            try:
                accept_speaker_invitation(
                    invitation=invitation,
                    **form.cleaned_data,
                    speaker_slot_name=speaker_slot_name(event),
                    at=at,
                    by=request.user,
                )
            except DomainError as error:
                refusal = error
            else:
                messages.success(request, _("Your talk is on the program, and your seat is confirmed. Thank you."))
                return redirect("registration", event.public_id)
    is_open = invitation.can_be_answered(at)
    context = {
        "event": event,
        "invitation": invitation,
        "form": form,
        "declining": declining,
        "is_open": is_open,
        "is_mine": invitation.talk is not None and invitation.talk.speaker_id == request.user.pk,
        "rehearsal": Rehearsal.objects.filter(event=event).first(),
    }
    status = 422 if form.errors or declining.errors else 200 if is_open else 410
    return answer(request, TEMPLATE, context, refusal=refusal, status=status)
