"""Following a community, and the list of those that one follows."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from meetups.communities.actions.follow import follow
from meetups.communities.actions.unfollow import unfollow
from meetups.communities.models import Community, Follow
from meetups.core.errors import DomainError
from meetups.notifications.models import Preference, Topic
from meetups.pages.entrance.gate import ask_for_code, gate_of, with_gate
from meetups.pages.sheets.follow_words import current_words
from meetups.pages.site.access import SignedIn
from meetups.pages.site.refusal_answers import answer


@require_safe
@login_required
def my_following(request: SignedIn) -> HttpResponse:
    """The communities that the reader follows, each with whether its new events come by mail. Two queries, any number."""
    asked = Preference.objects.filter(person=request.user, topic=Topic.ANNOUNCEMENTS, wanted=True)
    threads = set(asked.values_list("thread", flat=True))
    follows = Follow.objects.filter(person=request.user).select_related("community").order_by("community__name")
    context = {
        "follows": [(one, one.community.thread in threads) for one in follows],
        "words": current_words(),
    }
    return render(request, "pages/me/following.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@with_gate
def following(request: HttpRequest, slug: str) -> HttpResponse:
    """GET asks whether to follow the community; POST follows it, or with `end` ends that, and goes back to `next`."""
    community = get_object_or_404(Community, slug=slug)
    at = timezone.now()
    gate = gate_of(request)
    refusal: DomainError | None = None
    if gate is None and request.method == "POST":
        return _choose(cast(SignedIn, request), community)
    if gate and gate.is_valid():
        try:
            return ask_for_code(request, gate, label=_("Follow"), thing=community.name, at=at)
        except DomainError as error:
            refusal = error
    context = {
        "community": community,
        "is_followed": gate is None and Follow.objects.filter(person=request.user.pk, community=community).exists(),
        "words": current_words(),
        "gate": gate,
        "back": _safe_next(request) or reverse("community", args=[slug]),
    }
    return answer(
        request, "pages/me/follow.html", context, refusal=refusal, status=422 if request.method == "POST" else 200
    )


def _choose(request: SignedIn, community: Community) -> HttpResponse:
    names = {"community": community.name}
    if "end" in request.POST:
        unfollow(person=request.user, community=community, at=timezone.now())
        messages.success(request, _("You no longer follow %(community)s, and it sends you no news.") % names)
    else:
        follow(person=request.user, community=community, at=timezone.now())
        messages.success(request, _("You follow %(community)s. We’ll email you about its new events.") % names)
    return HttpResponseRedirect(_safe_next(request) or reverse("community", args=[community.slug]))


def _safe_next(request: HttpRequest) -> str:
    """The page with the button, where it is one of ours; else empty."""
    back = request.POST.get("next") or request.GET.get("next", "")
    is_ours = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    return back if is_ours else ""
