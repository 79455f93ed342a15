"""A browser in which an account was signed in keeps a mark of it, so that strangers can't use up the codes of its owner (RULES 262)."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

COOKIE = "__Host-known" if settings.SESSION_COOKIE_SECURE else "known"
SALT = "known"
MAX_AGE = 60 * 60 * 24 * 180


def mark_in(request: HttpRequest) -> str:
    """The mark; empty where the browser has none, or has one that we did not make."""
    return str(request.get_signed_cookie(COOKIE, default="", salt=SALT, max_age=MAX_AGE) or "")


def keep_mark(response: HttpResponse, mark: str) -> HttpResponse:
    """Stores the mark of the account that has just signed in. Signing out leaves it there: it opens nothing."""
    response.set_signed_cookie(
        COOKIE,
        mark,
        salt=SALT,
        max_age=MAX_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response
