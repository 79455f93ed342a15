"""A browser in which an account was signed in keeps a mark of it, so that strangers can't use up the codes of its owner (RULES 262)."""

from datetime import UTC, datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from meetups.accounts.attempts import mark_of
from meetups.accounts.models import User, person_key
from meetups.pages.site.browser import SignedCookie

KNOWN = SignedCookie("known", timedelta(days=180))
# As long as strangers can make an address wait; then it has an account, or asks anew.
WITHOUT_AN_ACCOUNT = timedelta(days=1)


def mark_in(request: HttpRequest, email: str) -> str:
    """The mark of the account of `email`; empty where the browser has none, or one that the account no longer knows (RULES 265)."""
    mark, since, account = [*KNOWN.read(request).split(" "), "", ""][:3]
    if not since.isdecimal() or not account.isdecimal() or not constant_time_compare(mark, mark_of(email)):
        return ""
    begun = datetime.fromtimestamp(int(since), UTC)
    if int(account) == 0:
        return mark if timezone.now() < begun + WITHOUT_AN_ACCOUNT else ""
    person = User.objects.filter(pk=int(account)).first()
    if person is None or person_key(email) != person.person_key:
        return ""
    # The mark counts seconds.
    ended = person.browsers_end_at
    return mark if ended is None or begun >= ended.replace(microsecond=0) else ""


def keep_mark(response: HttpResponse, person: User, *, at: datetime) -> HttpResponse:
    """Stores the mark of the account that is signed in here, or was until now. Signing out leaves it there: it opens nothing."""
    return KNOWN.write(response, kept_value(mark_of(person.email), person.pk, at=at))


def kept_value(mark: str, account: int, *, at: datetime) -> str:
    """What the browser keeps; `account` is 0 for an address that has none yet."""
    return f"{mark} {int(at.timestamp())} {account}"
