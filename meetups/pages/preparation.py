"""What a talk needs before it can be held, as its speakers see it and fill it in."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.validators import URLValidator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods

from meetups.core.errors import DomainError
from meetups.events.models import Event
from meetups.pages.access import SignedIn
from meetups.pages.answers import answer
from meetups.speakers.actions.prepare_talk import Preparation, prepare_talk
from meetups.speakers.models import Readiness, Rehearsal, Talk
from meetups.speakers.readiness import card, readiness_of, seen_at


class PreparationForm(forms.Form):
    """The speaker's part of her talk's readiness; where nobody speaks in the room, nothing is asked about equipment."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=120)
    bio = forms.CharField(
        label=gettext_lazy("About you"),
        max_length=1_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Two or three sentences with which you are introduced."),
    )
    slides_url = forms.URLField(
        label=gettext_lazy("Link to your slides"),
        max_length=300,
        required=False,
        assume_scheme="https",
        validators=[URLValidator(schemes=["https", "http"])],
        help_text=gettext_lazy("You can add or change it until after the event."),
    )
    publication = forms.ChoiceField(
        label=gettext_lazy("May your slides be published after the event?"),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            (Readiness.Publication.YES, pgettext_lazy("slides", "Yes, they may")),
            (Readiness.Publication.NO, pgettext_lazy("slides", "No, please do not publish them")),
        ],
        help_text=gettext_lazy("You can change your mind here; the day of your answer is kept."),
    )
    laptop = forms.ChoiceField(
        label=gettext_lazy("A laptop for your slides"),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            (Readiness.Equipment.OWN, pgettext_lazy("equipment", "I bring my own")),
            (Readiness.Equipment.NONE, pgettext_lazy("equipment", "I need one")),
        ],
    )
    adapter = forms.ChoiceField(
        label=gettext_lazy("An adapter from your laptop to HDMI"),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            (Readiness.Equipment.OWN, pgettext_lazy("equipment", "I bring what my laptop needs")),
            (Readiness.Equipment.NONE, pgettext_lazy("equipment", "I need one")),
        ],
    )

    def __init__(self, data: Any = None, *, talk: Talk) -> None:
        known = readiness_of(talk)
        more = {name: getattr(known, name) for name in ("bio", "publication", "laptop", "adapter")}
        super().__init__(data, initial={"title": talk.title, "slides_url": talk.slides_url, **more})
        if talk.event.format == Event.Format.ONLINE:
            del self.fields["laptop"], self.fields["adapter"]


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def preparation(request: SignedIn, pk: int) -> HttpResponse:
    """GET shows what is ready and what is still open; POST writes the speaker's part down."""
    talk = get_object_or_404(Talk.objects.select_related("event__community", "readiness"), speaker=request.user, pk=pk)
    may_prepare = talk.event.is_published and talk.state in (Talk.State.ACCEPTED, Talk.State.CONFIRMED)
    form = PreparationForm(request.POST if request.method == "POST" else None, talk=talk)
    refusal: DomainError | None = None
    if request.method == "POST" and form.is_valid():
        try:
            prepare_talk(talk=talk, preparation=Preparation(**form.cleaned_data), at=timezone.now(), by=request.user)
        except DomainError as error:
            refusal = error
        else:
            messages.success(request, _("Saved. The organizers see it."))
            return redirect("talk_preparation", talk.pk)
    rehearsal = Rehearsal.objects.filter(event=talk.event).first()
    context = {
        "event": talk.event,
        "talk": talk,
        "form": form,
        "may_prepare": may_prepare,
        "rehearsal": rehearsal,
        "card": card(talk, talk.event, has_rehearsal=rehearsal is not None, seen=seen_at(talk.event)),
    }
    return answer(request, "pages/talk_preparation.html", context, refusal=refusal, status=422 if form.errors else 200)
