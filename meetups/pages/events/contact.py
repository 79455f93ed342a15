"""Writing to the organizers: of a community, or of one of its events."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from meetups.communities.models import Community
from meetups.core.texts.safe_text import validate_visible
from meetups.events.models import Event
from meetups.lifecycle.actions.ask_organizers import ask_organizers
from meetups.lifecycle.models import Inquiry
from meetups.pages.entrance.gate import typed_here, with_gate
from meetups.pages.entrance.gated_form import GatedForm
from meetups.pages.site.access import PageRequest, event_or_404


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
        help_text=gettext_lazy("Organizers see your name. They reply by email."),
    )

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"])
        validate_visible(" ".join(text.split()))
        return text


@require_http_methods(["GET", "HEAD", "POST"])
@with_gate
def community_contact(request: PageRequest, slug: str) -> HttpResponse:
    """GET shows the form, with `?topic=report` for what the code of conduct is about; POST sends it to the inbox."""
    return _page(request, get_object_or_404(Community, slug=slug), None)


@require_http_methods(["GET", "HEAD", "POST"])
@with_gate
def event_contact(request: PageRequest, public_id: str) -> HttpResponse:
    """The same, about an event."""
    event = event_or_404(request, public_id)
    return _page(request, event.community, event)


def _page(request: PageRequest, community: Community, event: Event | None) -> HttpResponse:
    initial: dict[str, Any] = typed_here(request) or {"topic": request.GET.get("topic") or Inquiry.Topic.QUESTION}
    form = InquiryForm(request.POST if request.method == "POST" else None, initial=initial)
    sent = GatedForm(request, form)
    if sent.succeeds(
        lambda: ask_organizers(
            community=community,
            event=event,
            topic=Inquiry.Topic(form.cleaned_data["topic"]),
            text=form.cleaned_data["text"],
            at=request.at,
            by=sent.reader,
        )
    ):
        messages.success(request, _("Sent. The organizers will reply by email."))
        return redirect("event", event.public_id) if event else redirect("community", community.slug)
    code_asked = sent.code_asked(label=_("Send"), thing=community.name, at=request.at)
    return code_asked or sent.page("pages/events/contact.html", {"community": community, "event": event})
