"""Following a community, and the list of those that one follows."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from meetups.communities.actions.follow import follow
from meetups.communities.actions.unfollow import unfollow
from meetups.communities.models import Community, Follow
from meetups.notifications.models import Preference, Topic
from meetups.pages.sheets.following_words import current_words
from meetups.pages.site.access import SignedIn


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
@login_required
def following(request: SignedIn, slug: str) -> HttpResponse:
    """GET asks whether to follow the community; POST follows it, or with `end` ends that, and goes back to `next`."""
    community = get_object_or_404(Community, slug=slug)
    if request.method != "POST":
        is_followed = Follow.objects.filter(person=request.user, community=community).exists()
        context = {"community": community, "is_followed": is_followed, "words": current_words()}
        return render(request, "pages/me/follow.html", context)
    names = {"community": community.name}
    if "end" in request.POST:
        unfollow(person=request.user, community=community, at=timezone.now())
        messages.success(request, _("You no longer follow %(community)s, and it sends you no news.") % names)
    else:
        follow(person=request.user, community=community, at=timezone.now())
        messages.success(request, _("You follow %(community)s. We’ll email you about its new events.") % names)
    return _back(request, community)


def _back(request: HttpRequest, community: Community) -> HttpResponse:
    """To the page with the button, else to the community."""
    back = request.POST.get("next", "")
    if back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        return HttpResponseRedirect(back)
    return redirect(reverse("community", args=[community.slug]))
