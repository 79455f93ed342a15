"""A browser that somebody uses who is not signed in, known by a secret in its cookie."""

import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse

# With the prefix, browsers accept the cookie from this very host alone, over TLS.
COOKIE = "__Host-browser" if settings.SESSION_COOKIE_SECURE else "browser"
SALT = "browser"
# As long as a lottery may take entries.
MAX_AGE = 60 * 60 * 24 * 60


def browser_of(request: HttpRequest) -> str:
    """The secret; empty where the browser has none, or one that we did not make."""
    return str(request.get_signed_cookie(COOKIE, default="", salt=SALT, max_age=MAX_AGE) or "")


def new_browser() -> str:
    """A secret for a browser that has none."""
    return secrets.token_urlsafe(24)


def remember(response: HttpResponse, browser: str) -> HttpResponse:
    """Keeps the secret in the browser."""
    response.set_signed_cookie(
        COOKIE,
        browser,
        salt=SALT,
        max_age=MAX_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def forget(response: HttpResponse) -> HttpResponse:
    """Takes the secret back: it has done its work."""
    response.delete_cookie(COOKIE, samesite="Lax")
    return response
