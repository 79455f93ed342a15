"""A community takes a rest, and wakes; who has raised a hand meanwhile."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from meetups.communities.actions.rest_community import rest_community
from meetups.communities.actions.wake_community import wake_community
from meetups.communities.models import Community
from meetups.communities.permissions import Permission
from meetups.core.texts.safe_text import validate_visible
from organizers.community.communities import community_page
from organizers.desk.access import DeskRequest, for_community


class RestForm(forms.Form):
    """The sentence on the public page."""

    words = forms.CharField(
        label=gettext_lazy("One sentence for your page"),
        max_length=160,
        validators=[validate_visible],
        help_text=gettext_lazy("For example: We’ll be back when there’s a topic worth an evening."),
    )


@require_http_methods(["GET", "POST"])
@for_community(Permission.PLAN_EVENTS)
def rest(request: DeskRequest, community: Community) -> HttpResponse:
    """Awake: the form for a sentence. At rest: the sentence, one click to wake, and the raised hands, which stay afterwards."""
    if request.method == "POST" and "wake" in request.POST:
        wake_community(community=community, at=request.at, by=request.user)
        messages.success(request, _("Awake again. Here is who raised a hand."))
        return redirect("desk_rest", community.slug)
    form = RestForm(request.POST if request.method == "POST" else None, initial={"words": community.resting_words})
    if form.is_valid():
        rest_community(community=community, words=form.cleaned_data["words"], at=request.at, by=request.user)
        messages.success(request, _("The community rests. Its page says so; no one is emailed."))
        return redirect("desk_rest", community.slug)
    context = {
        **community_page(request, community, current="desk_rest"),
        "form": form,
        "followers": community.follows.count(),
        "hands": community.raised_hands.select_related("person").order_by("-raised_at"),
    }
    return render(request, "desk/community/rest.html", context, status=422 if form.errors else 200)
