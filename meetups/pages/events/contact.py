"""Writing to the organizers: of a community, or of one of its events."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from meetups.communities.models import Community
from meetups.core.errors import DomainError
from meetups.core.texts.safe_text import validate_visible
from meetups.events.models import Event
from meetups.lifecycle.actions.ask_organizers import ask_organizers
from meetups.lifecycle.models import Inquiry
from meetups.pages.entrance.gate import ask_for_code, gate_of, typed_here, with_gate
from meetups.pages.site.access import SignedIn, event_or_404
from meetups.pages.site.refusal_answers import answer


class InquiryForm(forms.Form):
    """What it is about, and the text."""

    topic = forms.ChoiceField(
        label=gettext_lazy("What is it about?"),
        choices=Inquiry.Topic.choices,
        widget=forms.RadioSelect,
        initial=Inquiry.Topic.QUESTION,
    )
    text = forms.CharField(
        label=gettext_lazy("Your message"),
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("Organizers see your name. They answer by email."),
    )

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"])
        validate_visible(" ".join(text.split()))
        return text


@require_http_methods(["GET", "HEAD", "POST"])
@with_gate
def community_contact(request: HttpRequest, slug: str) -> HttpResponse:
    """GET shows the form, with `?topic=report` for what the code of conduct is about; POST sends it to the inbox."""
    return _page(request, get_object_or_404(Community, slug=slug), None)


@require_http_methods(["GET", "HEAD", "POST"])
@with_gate
def event_contact(request: HttpRequest, public_id: str) -> HttpResponse:
    """The same, about an event."""
    event = event_or_404(request, public_id)
    return _page(request, event.community, event)


def _page(request: HttpRequest, community: Community, event: Event | None) -> HttpResponse:
    at = timezone.now()
    gate = gate_of(request)
    initial: dict[str, Any] = typed_here(request) or {"topic": request.GET.get("topic") or Inquiry.Topic.QUESTION}
    form = InquiryForm(request.POST if request.method == "POST" else None, initial=initial)
    refusal: DomainError | None = None
    if form.is_valid() and (gate is None or gate.is_valid()):
        try:
            if gate:
                return ask_for_code(request, gate, label=_("Send"), thing=community.name, at=at)
            ask_organizers(
                community=community,
                event=event,
                topic=Inquiry.Topic(form.cleaned_data["topic"]),
                text=form.cleaned_data["text"],
                at=at,
                by=cast(SignedIn, request).user,
            )
        except DomainError as error:
            refusal = error
        else:
            messages.success(request, _("Sent. The organizers answer by email."))
            return redirect("event", event.public_id) if event else redirect("community", community.slug)
    context = {"community": community, "event": event, "form": form, "gate": gate}
    status = 422 if request.method == "POST" else 200
    return answer(request, "pages/events/contact.html", context, refusal=refusal, status=status)
