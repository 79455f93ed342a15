"""The link in a mail that ends mails of its kind."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from meetups.accounts.models import User
from meetups.communities.models import Community
from meetups.notifications.actions.choose import choose
from meetups.notifications.unsubscribing import read_unsubscribe_token


# RFC 8058: a mail program posts here, without cookies; what allows it is the token, for this person, topic and community alone.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscription(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows what would end, because mail scanners follow links; POST ends it, without signing in."""
    what = read_unsubscribe_token(token)
    if what is None:
        return render(request, "pages/unsubscription.html", {"is_unknown": True}, status=404)
    community = Community.objects.filter(slug=what.thread.removeprefix("community:")).first()
    context = {"topic": what.topic.label, "source": community.name if community else ""}
    if request.method != "POST":
        return render(request, "pages/unsubscription.html", context)
    # The mail can be older than its reader's account lasts: who has none any more gets none of these mails, either.
    if User.objects.filter(pk=what.person_id).exists():
        choose(person_id=what.person_id, choices={(what.topic, what.thread): False}, at=timezone.now())
    return render(request, "pages/unsubscription.html", {**context, "is_done": True})
