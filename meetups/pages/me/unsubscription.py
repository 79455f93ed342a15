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
from meetups.notifications.models import WANTED_UNASKED, Preference
from meetups.notifications.unsubscription import Unsubscription, read_unsubscribe_token


# RFC 8058: a mail program posts here, without cookies; what allows it is the token, for this person, topic and community alone.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscription(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows what would end, because mail scanners follow links, or that it has ended; POST ends it, without signing in.

    With `again` the POST takes that back. Not what comes only to those who ask: its consent is given on the page with its words, signed in.
    """
    what = read_unsubscribe_token(token)
    if what is None:
        return render(request, "pages/me/unsubscription.html", {"is_unknown": True}, status=404)
    community = Community.objects.filter(slug=what.thread.removeprefix("community:")).first()
    context = {"topic": what.topic.label, "source": community.name if community else ""}
    # The mail can be older than its reader's account lasts: who has none any more gets none of these mails, either.
    has_account = User.objects.filter(pk=what.person_id).exists()
    may_undo = has_account and WANTED_UNASKED[what.topic]
    again = may_undo and "again" in request.POST
    if request.method == "POST" and has_account:
        choose(person_id=what.person_id, choices={(what.topic, what.thread): again}, at=timezone.now())
    wanted = has_account and _wants(what)
    context |= {"is_done": not wanted, "is_back": wanted and again, "may_undo": may_undo}
    return render(request, "pages/me/unsubscription.html", context)


def _wants(what: Unsubscription) -> bool:
    """Whether she gets these mails as things stand."""
    mine = Preference.objects.filter(person=what.person_id, topic=what.topic, thread=what.thread).first()
    return mine.wanted if mine else WANTED_UNASKED[what.topic]
