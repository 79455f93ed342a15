"""A link past the limits of codes, for a person whose account strangers made wait (RULES 266).

It goes to the mailbox alone, once a day. The browser in which it is opened is known to the account from then on, and so has codes
and guesses of its own. OWASP calls it a device cookie that is given out by mail.
"""

from datetime import datetime, timedelta
from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from meetups.accounts.attempts import first_today, mark_of
from meetups.accounts.models import User
from meetups.core.links import link
from meetups.pages.entrance.known_browser import KNOWN, kept_value
from meetups.pages.site.link_answers import answered_by_link

SALT = "way in past the limits of codes"
LASTS = timedelta(days=1)


def mail_way_in(request: HttpRequest, email: str, *, at: datetime) -> None:
    """Mails the link to `email`, unless one left within a day. It makes no difference whether the address has an account."""
    person = User.objects.filter(email=email.lower()).first()
    account = person.pk if person else 0
    if first_today(email, account, at=at):
        url = link("way_in", way_in_token(email, account, at=at))
        get_adapter(request).send_mail("account/email/way_in", email, {"way_in_url": url})


def way_in_token(email: str, account: int, *, at: datetime) -> str:
    """The secret of the link. It is signed and holds what the browser will keep, without the address."""
    return signing.dumps(kept_value(mark_of(email), account, at=at), salt=SALT)


def _find(token: str) -> str | None:
    try:
        return str(signing.loads(token, salt=SALT, max_age=LASTS))
    except signing.BadSignature:
        return None


def _page(_request: HttpRequest, _kept: str, _at: datetime) -> dict[str, Any]:
    return {}


@answered_by_link("pages/entrance/way_in.html", find=_find, page=_page)
def way_in(request: HttpRequest, kept: str, _at: datetime) -> HttpResponse:
    """GET asks; POST makes this browser known to the account, and leads to where a code is asked for. It signs no one in."""
    messages.success(request, _("Others can’t make this browser wait anymore. Now get a code."))
    return KNOWN.write(redirect("account_request_login_code"), kept)
