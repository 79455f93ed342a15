"""A browser in which an account was signed in keeps a mark of it, so that strangers can't use up the codes of its owner (RULES 262)."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse

from meetups.pages.site.browser import SignedCookie

KNOWN = SignedCookie("known", timedelta(days=180))


def mark_in(request: HttpRequest) -> str:
    """The mark; empty where the browser has none, or has one that we did not make."""
    return KNOWN.read(request)


def keep_mark(response: HttpResponse, mark: str) -> HttpResponse:
    """Stores the mark of the account that has just signed in. Signing out leaves it there: it opens nothing."""
    return KNOWN.write(response, mark)
