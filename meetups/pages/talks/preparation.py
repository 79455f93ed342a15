"""The preparation of a talk: what it needs, as its speakers see it and fill it in."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from meetups.accounts.forms import AddressField
from meetups.core.texts.safe_text import validate_visible
from meetups.events.models import Event
from meetups.pages.site.access import SignedIn
from meetups.pages.site.refusal_answers import Posted
from meetups.speakers.actions.co_speakers.ask_co_speaker import ask_co_speaker
from meetups.speakers.actions.co_speakers.introduce_co_speaker import introduce_co_speaker
from meetups.speakers.actions.talks.prepare_talk import Preparation, prepare_talk
from meetups.speakers.co_speaker_quota import questions_left_of
from meetups.speakers.models import CoSpeaker, Readiness, Rehearsal, Talk
from meetups.speakers.models.talk import TalkQuerySet
from meetups.speakers.readiness import card, left_open, readiness_of, seen_at


class PreparationForm(forms.Form):
    """The speaker's part of the talk's readiness. For an online event it asks nothing about equipment.

    The speaker can save a part of it, but none of it is optional: unanswered points stay open on the card.
    """

    is_all_asked = True

    title = forms.CharField(label=gettext_lazy("Title"), max_length=120, validators=[validate_visible])
    bio = forms.CharField(
        label=gettext_lazy("About you"),
        max_length=1_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Two or three sentences to introduce you."),
    )
    laptop = forms.ChoiceField(
        label=gettext_lazy("A laptop for your slides"),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            (Readiness.Equipment.OWN, pgettext_lazy("equipment", "I’ll bring my own")),
            (Readiness.Equipment.NONE, pgettext_lazy("equipment", "I need one")),
        ],
    )
    adapter = forms.ChoiceField(
        label=gettext_lazy("An adapter from your laptop to HDMI"),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            (Readiness.Equipment.OWN, pgettext_lazy("equipment", "I’ll bring what my laptop needs")),
            (Readiness.Equipment.NONE, pgettext_lazy("equipment", "I need one")),
        ],
    )

    def __init__(self, data: Any = None, *, talk: Talk) -> None:
        known = readiness_of(talk)
        more = {name: getattr(known, name) for name in ("bio", "laptop", "adapter")}
        super().__init__(data, initial={"title": talk.title, **more})
        if talk.event.format == Event.Format.ONLINE:
            del self.fields["laptop"], self.fields["adapter"]


class IntroductionForm(forms.Form):
    """A co-speaker's part: the words that introduce them."""

    is_all_asked = True

    bio = forms.CharField(
        label=gettext_lazy("About you"),
        max_length=1_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Two or three sentences to introduce you."),
    )


class CoSpeakerRequestForm(forms.Form):
    """The person whom the speaker asks to hold the talk together."""

    address = AddressField(
        autocomplete="off",
        label=gettext_lazy("Email address"),
        help_text=gettext_lazy(
            "We’ll email a link to this address. Only the account with this email address can accept."
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def preparation(request: SignedIn, pk: int) -> HttpResponse:
    """GET shows what is ready and what is still open; POST saves the reader's part. The talk's own speaker fills in nearly all of
    it, a co-speaker only their introduction.
    """
    talk = _talk(request, pk)
    form = _form(request, talk, request.POST if request.method == "POST" else None)
    posted = Posted(request, form)
    if posted.succeeds(lambda: _write_down(request, talk, form)):
        messages.success(request, _("Saved. The organizers can see it."))
        return redirect("talk_preparation", talk.pk)
    return _page(request, talk, posted, form, CoSpeakerRequestForm())


@require_POST
@login_required
def co_speakers(request: SignedIn, pk: int) -> HttpResponse:
    """Asks a person, by mail, to hold the talk together with its speaker."""
    talk = get_object_or_404(_talks(), speaker=request.user, pk=pk)
    form = CoSpeakerRequestForm(request.POST)
    posted = Posted(request, form)
    if posted.succeeds(
        lambda: ask_co_speaker(talk=talk, address=form.cleaned_data["address"], at=request.at, by=request.user)
    ):
        messages.success(request, _("Email sent to %(address)s.") % {"address": posted.result.address})
        return redirect("talk_preparation", talk.pk)
    return _page(request, talk, posted, _form(request, talk), form)


def _talks() -> TalkQuerySet:
    return Talk.objects.with_speakers().select_related("event__community", "speaker", "readiness")


def _talk(request: SignedIn, pk: int) -> Talk:
    """A talk that the reader speaks in. Raises Http404."""
    return get_object_or_404(_talks().held_by(request.user), pk=pk)


def _as_co_speaker(request: SignedIn, talk: Talk) -> CoSpeaker | None:
    """The reader as a co-speaker of another person's talk; None where the talk is their own."""
    return next((one for one in talk.joined if one.person_id == request.user.pk), None)


def _form(request: SignedIn, talk: Talk, data: Any = None) -> forms.Form:
    co_speaker = _as_co_speaker(request, talk)
    return IntroductionForm(data, initial={"bio": co_speaker.bio}) if co_speaker else PreparationForm(data, talk=talk)


def _write_down(request: SignedIn, talk: Talk, form: forms.Form) -> None:
    at, co_speaker = request.at, _as_co_speaker(request, talk)
    if co_speaker:
        introduce_co_speaker(co_speaker=co_speaker, bio=form.cleaned_data["bio"], at=at, by=request.user)
    else:
        prepare_talk(talk=talk, preparation=Preparation(**form.cleaned_data), at=at, by=request.user)


def _page(
    request: SignedIn,
    talk: Talk,
    posted: Posted,
    form: forms.Form,
    asking: CoSpeakerRequestForm,
) -> HttpResponse:
    event, co_speaker, at = talk.event, _as_co_speaker(request, talk), request.at
    can_ask = co_speaker is None and event.is_open(at)
    rehearsal = Rehearsal.objects.filter(event=event).first()
    context = {
        "event": event,
        "talk": talk,
        "co_speaker": co_speaker,
        "form": form,
        "may_prepare": event.is_published and talk.state in (Talk.State.ACCEPTED, Talk.State.CONFIRMED),
        "rehearsal": rehearsal,
        "left": len(left_open(talk, event, request.user)),
        "card": card(talk, event, has_rehearsal=rehearsal is not None, seen=seen_at(event)),
        "asking": asking,
        "asked": []
        if co_speaker
        else list(CoSpeaker.objects.filter(talk=talk, state=CoSpeaker.State.ASKED).order_by("pk")),
        "can_ask": can_ask,
        "questions_left": questions_left_of(request.user, talk, at=at) if can_ask else 0,
    }
    return posted.page("pages/talks/preparation.html", context)
