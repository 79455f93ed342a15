"""Following a community, and the list of those that one follows."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from meetups.accounts.models import User
from meetups.communities.actions.follow import follow
from meetups.communities.actions.unfollow import unfollow
from meetups.communities.models import Community, Follow
from meetups.notifications.models import Preference, Topic
from meetups.pages.entrance.gate import with_gate
from meetups.pages.entrance.gated_form import GatedForm
from meetups.pages.sheets.follow_words import current_words
from meetups.pages.site.access import PageRequest, SignedIn


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
def following(request: PageRequest, slug: str) -> HttpResponse:
    """GET asks whether to follow the community; POST follows it, or with `end` ends that, and goes back to `next`."""
    community = get_object_or_404(Community, slug=slug)
    back = _safe_next(request) or reverse("community", args=[slug])
    sent = GatedForm(request)
    if sent.succeeds(lambda: _choose(request, sent.reader, community)):
        return HttpResponseRedirect(back)
    code_asked = sent.code_asked(label=_("Follow"), thing=community.name, at=request.at)
    context = {
        "community": community,
        "is_followed": sent.gate is None
        and Follow.objects.filter(person=request.user.pk, community=community).exists(),
        "words": current_words(),
        "back": back,
    }
    return code_asked or sent.page("pages/me/follow.html", context)


def _choose(request: PageRequest, reader: User, community: Community) -> None:
    names = {"community": community.name}
    if "end" in request.POST:
        unfollow(person=reader, community=community, at=request.at)
        messages.success(request, _("You no longer follow %(community)s, and it sends you no news.") % names)
    else:
        follow(person=reader, community=community, at=request.at)
        messages.success(request, _("You follow %(community)s. We’ll email you about its new events.") % names)


def _safe_next(request: HttpRequest) -> str:
    """The page with the button, where it is one of ours; else empty."""
    back = request.POST.get("next") or request.GET.get("next", "")
    is_ours = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    return back if is_ours else ""
