"""The link in a mail that unsubscribes from mails of its kind."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest

from meetups.accounts.models import User
from meetups.communities.models import Community
from meetups.events.models import Event
from meetups.notifications.actions.choose import choose
from meetups.notifications.models import WANTED_UNASKED, Preference
from meetups.notifications.unsubscription import Unsubscription, read_unsubscribe_token
from meetups.pages.site.link_answers import answered_by_link


def _page(_request: HttpRequest, what: Unsubscription, _at: datetime) -> dict[str, Any]:
    of, _colon, name = what.thread.partition(":")
    if of == "event":
        source = Event.objects.filter(public_id=name).values_list("title", flat=True).first()
    else:
        source = Community.objects.filter(slug=name).values_list("name", flat=True).first()
    has_account = _has_account(what)
    return {
        "topic": what.topic.label,
        "source": source or "",
        "is_done": not (has_account and _wants(what)),
        "may_undo": has_account and WANTED_UNASKED[what.topic],
    }


# RFC 8058: a mail program posts here without cookies. The token allows it, for this person, topic and community only.
@answered_by_link("pages/me/unsubscription.html", find=read_unsubscribe_token, page=_page, needs_no_cookie=True)
def unsubscription(request: HttpRequest, what: Unsubscription, at: datetime) -> dict[str, Any]:
    """Ends the mails that the page names, without signing in; with `again` it resumes them.

    Mails that are sent only on request cannot be resumed here. Their consent is given on the signed-in page with its words.
    """
    again = WANTED_UNASKED[what.topic] and "again" in request.POST
    if _has_account(what):
        choose(person_id=what.person_id, choices={(what.topic, what.thread): again}, at=at)
    return {"is_back": again}


def _has_account(what: Unsubscription) -> bool:
    """Whether the account still exists. A mail can outlive its reader's account, and without an account no such mails are sent."""
    return User.objects.filter(pk=what.person_id).exists()


def _wants(what: Unsubscription) -> bool:
    """Whether the person gets these mails at present."""
    mine = Preference.objects.filter(person=what.person_id, topic=what.topic, thread=what.thread).first()
    return mine.wanted if mine else WANTED_UNASKED[what.topic]
