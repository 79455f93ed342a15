"""Raising a hand while a community rests: I could help, I could speak about something."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods

from meetups.communities.actions.lower_hands import lower_hands
from meetups.communities.actions.raise_hand import raise_hand
from meetups.communities.models import Community, RaisedHand
from meetups.core.texts.safe_text import validate_visible
from meetups.pages.entrance.gate import typed_here, with_gate
from meetups.pages.entrance.gated_form import GatedForm
from meetups.pages.site.access import PageRequest


class HandForm(forms.Form):
    """What the person could do, and about what."""

    kind = forms.ChoiceField(
        label=pgettext_lazy("raised hand", "What could you do?"),
        choices=RaisedHand.Kind.choices,
        widget=forms.RadioSelect,
        initial=RaisedHand.Kind.HELP,
    )
    about = forms.CharField(
        label=pgettext_lazy("raised hand", "About what?"),
        max_length=120,
        required=False,
        validators=[validate_visible],
        help_text=gettext_lazy("In a few words, such as a topic, or what you like to do at a meetup."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@with_gate
def raised_hand(request: PageRequest, slug: str) -> HttpResponse:
    """GET shows the form and what the reader has offered; POST keeps it, or takes it back with `lower`."""
    community = get_object_or_404(Community, slug=slug)
    if request.method == "POST" and "lower" in request.POST and request.user.is_authenticated:
        lower_hands(community=community, by=request.user)
        messages.success(request, _("Your hand is lowered."))
        return redirect("community", community.slug)
    initial: dict[str, Any] = typed_here(request) or {"kind": request.GET.get("kind") or RaisedHand.Kind.HELP}
    form = HandForm(request.POST if request.method == "POST" else None, initial=initial)
    sent = GatedForm(request, form)
    if sent.succeeds(
        lambda: raise_hand(
            community=community,
            kind=RaisedHand.Kind(form.cleaned_data["kind"]),
            about=form.cleaned_data["about"],
            at=request.at,
            by=sent.reader,
        )
    ):
        messages.success(request, _("Thank you. The organizers see it when they go on."))
        return redirect("community", community.slug)
    mine = RaisedHand.objects.filter(community=community, person=request.user.pk).order_by("raised_at")
    code_asked = sent.code_asked(label=_("Raise my hand"), thing=community.name, at=request.at)
    return code_asked or sent.page("pages/events/raised_hand.html", {"community": community, "mine": mine})
