"""Proposing a talk, confirming it, taking it back."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_http_methods

from meetups.core.errors import DomainError
from meetups.events.models import Event
from meetups.pages.access import SignedIn, event_or_404
from meetups.pages.answers import answer
from meetups.pages.duties import fallback
from meetups.pages.offers import offers_of
from meetups.registrations.models import Hold
from meetups.speakers.actions.confirm_talk import confirm_talk
from meetups.speakers.actions.propose_talk import propose_talk
from meetups.speakers.actions.withdraw_talk import withdraw_talk
from meetups.speakers.models import Talk

USUAL_MINUTES = (5, 10, 20, 30, 45)
OTHER = "other"


class ProposalForm(forms.Form):
    """A talk as its speaker offers it."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=120)
    abstract = forms.CharField(
        label=gettext_lazy("What it is about"),
        max_length=5_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("A few sentences are enough. Markdown works."),
    )
    minutes = forms.ChoiceField(label=gettext_lazy("How long"), widget=forms.RadioSelect, initial="20")
    other_minutes = forms.IntegerField(
        label=gettext_lazy("Another length, in minutes"), required=False, min_value=1, max_value=240
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        usual = [(str(minutes), _("%(minutes)d minutes") % {"minutes": minutes}) for minutes in USUAL_MINUTES]
        cast(forms.ChoiceField, self.fields["minutes"]).choices = [*usual, (OTHER, _("Another length"))]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("minutes") == OTHER and "other_minutes" not in self.errors and not cleaned.get("other_minutes"):
            self.add_error("other_minutes", _("Say how many minutes, from 1 to 240."))
        return cleaned

    @property
    def length(self) -> int:
        """The talk's length in minutes; of a valid form only."""
        minutes = self.cleaned_data["minutes"]
        return int(self.cleaned_data["other_minutes"] if minutes == OTHER else minutes)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def proposal(request: SignedIn, public_id: str) -> HttpResponse:
    """GET asks for a talk; POST puts it before the organizers."""
    at = timezone.now()
    event = event_or_404(request, public_id)
    form = ProposalForm(request.POST if request.method == "POST" else None)
    refusal: DomainError | None = None
    if request.method == "POST" and form.is_valid():
        try:
            propose_talk(
                event=event,
                speaker=request.user,
                title=form.cleaned_data["title"],
                abstract=form.cleaned_data["abstract"],
                minutes=form.length,
                at=at,
            )
        except DomainError as error:
            refusal = error
        else:
            messages.success(request, _("Thank you for your proposal. The organizers answer by mail."))
            return redirect("event", event.public_id)
    takes_proposals = event.is_published and at < event.starts_at
    context = {"event": event, "form": form, "takes_proposals": takes_proposals}
    return answer(request, "pages/talk_proposal.html", context, refusal=refusal, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def confirmation(request: SignedIn, pk: int) -> HttpResponse:
    """GET says what confirming means; POST confirms: the talk is on the programme, and the seat is certain."""
    talk = _my_talk(request, pk)
    refusal: DomainError | None = None
    if request.method == "POST":
        try:
            confirm_talk(
                talk=talk, speaker_slot_name=_speaker_slot_name(talk.event), at=timezone.now(), by=request.user
            )
        except DomainError as error:
            refusal = error
        else:
            messages.success(request, _("Your talk is on the programme, and your seat is certain. Thank you."))
            return redirect("registration", talk.event.public_id)
    context = {"event": talk.event, "talk": talk}
    return answer(request, "pages/talk_confirmation.html", context, refusal=refusal)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def withdrawal(request: SignedIn, pk: int) -> HttpResponse:
    """GET says what becomes of programme and seat; POST takes the talk back."""
    at = timezone.now()
    talk = _my_talk(request, pk)
    refusal: DomainError | None = None
    if request.method == "POST":
        try:
            withdraw_talk(talk=talk, at=at, by=request.user)
        except DomainError as error:
            refusal = error
        else:
            messages.success(request, _("“%(title)s” is withdrawn. The organizers were told.") % {"title": talk.title})
            return redirect("event", talk.event.public_id)
    context = {"event": talk.event, "talk": talk, "fallback": _after_withdrawal(talk)}
    return answer(request, "pages/talk_withdrawal.html", context, refusal=refusal)


def _my_talk(request: SignedIn, pk: int) -> Talk:
    """A talk of the reader's own. Raises Http404."""
    return get_object_or_404(Talk.objects.select_related("event__community"), speaker=request.user, pk=pk)


def _speaker_slot_name(event: Event) -> str:
    """What a slot for speakers is called in the event's language."""
    with translation.override(event.language):
        return pgettext("slot", "Speakers")


def _after_withdrawal(talk: Talk) -> str:
    """What becomes of the seat that the talk holds; empty where it holds none."""
    hold = Hold.objects.active().filter(subject=talk.subject).select_related("registration").first()
    if hold is None:
        return ""
    others = Hold.objects.active().filter(registration=hold.registration_id).exclude(pk=hold.pk)
    offers = offers_of([talk.event], at=timezone.now())[talk.event_id]
    checked_in = hold.registration.checked_in_at is not None
    return fallback(offers, held_otherwise=others.exists(), checked_in=checked_in)
