"""People who are invited by a link to speak."""

from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from meetups.accounts.forms import AddressField
from meetups.communities.invitation_quota import invitations_left
from meetups.communities.permissions import Permission
from meetups.core.links import link
from meetups.core.texts.names import set_apart, with_names
from meetups.core.texts.safe_text import MOST_TO_STRANGERS, validate_visible
from meetups.events.models import Event
from meetups.speakers.actions.invitations.invite_speaker import invite_speaker
from meetups.speakers.actions.invitations.withdraw_speaker_invitation import withdraw_speaker_invitation
from meetups.speakers.models import SpeakerInvitation
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.edits import SentForm
from organizers.desk.fields import MarkdownField
from organizers.desk.frame import event_page
from organizers.desk.refusals import refusals_shown


@dataclass(frozen=True)
class Waiting:
    """An open invitation, and the number of days that it has waited at `at`."""

    invitation: SpeakerInvitation
    at: datetime

    @property
    def url(self) -> str:
        """The link to pass on."""
        return link("speaker_invitation", self.invitation.token)

    @property
    def since(self) -> str:
        days = (self.at - self.invitation.made_at).days
        if not days:
            return _("since today")
        return ngettext("for %(days)s day", "for %(days)s days", days) % {"days": days}


class InviteSpeakerForm(forms.Form):
    """The person to ask, and the subject."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=60,
        validators=[validate_visible],
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    address = AddressField(
        autocomplete="off",
        label=gettext_lazy("Email address"),
        required=False,
        help_text=gettext_lazy("If you enter one, we’ll email the invitation. If blank, you get a link to share."),
    )
    note = MarkdownField(
        label=gettext_lazy("What you’d like to hear about"),
        max_length=MOST_TO_STRANGERS,
        required=False,
        rows=3,
        help_text=gettext_lazy("Plain text, at most 300 characters. Web addresses are left out of the email."),
    )
    minutes = forms.IntegerField(label=gettext_lazy("Minutes"), min_value=1, max_value=240, initial=20)
    language = forms.ChoiceField(label=gettext_lazy("Email language"), choices=settings.LANGUAGES)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_event(Permission.DECIDE_TALKS)
def invitations(request: DeskRequest, event: Event) -> HttpResponse:
    """The form, the open invitations with their links, and the answers."""
    form = InviteSpeakerForm(request.POST if request.method == "POST" else None, initial={"language": event.language})
    sent = SentForm(form)
    if sent.succeeds(lambda: invite_speaker(event=event, **form.cleaned_data, at=request.at, by=request.user)):
        messages.success(request, _said(sent.result))
        return redirect("desk_speaker_invitations", event.public_id)
    every = list(event.speaker_invitations.select_related("talk__speaker").order_by("made_at", "pk"))
    state = SpeakerInvitation.State
    context = event_page(
        request,
        event,
        current="desk_talks",
        form=form,
        takes_invitations=event.is_published and request.at < event.starts_at,
        left=invitations_left(event.community, request.user, request.at),
        waiting=[Waiting(one, request.at) for one in every if one.state == state.OPEN],
        answered=[one for one in every if one.state in {state.ACCEPTED, state.DECLINED}],
    )
    return render(request, "desk/talks/speaker_invitations.html", context, status=sent.status)


def _said(made: SpeakerInvitation) -> str:
    if made.address:
        return _("Invitation sent to %(address)s.") % {"address": made.address}
    return with_names(
        _("The link for %(name)s is ready. Copy it from this page and send it."), name=set_apart(made.name)
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_event(Permission.DECIDE_TALKS)
def withdrawal(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    """Asks once, then withdraws the invitation."""
    invitation = get_object_or_404(event.speaker_invitations.select_related("event"), pk=pk)
    if request.method != "POST":
        context = event_page(request, event, current="desk_talks", invitation=invitation)
        return render(request, "desk/talks/speaker_invitation_withdrawal.html", context)
    with refusals_shown(request):
        withdraw_speaker_invitation(invitation=invitation, at=request.at, by=request.user)
        messages.success(request, with_names(_("Invitation to %(name)s withdrawn."), name=set_apart(invitation.name)))
    return redirect("desk_speaker_invitations", event.public_id)
