"""The browser of a person who is not signed in; a secret in its cookie identifies it."""

import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse

# With this prefix, browsers accept the cookie only from this exact host, over TLS.
COOKIE = "__Host-browser" if settings.SESSION_COOKIE_SECURE else "browser"
SALT = "browser"
# The longest time for which a lottery may take entries.
MAX_AGE = 60 * 60 * 24 * 60


def browser_of(request: HttpRequest) -> str:
    """The secret; empty where the browser has none, or has one that we did not make."""
    return str(request.get_signed_cookie(COOKIE, default="", salt=SALT, max_age=MAX_AGE) or "")


def new_browser() -> str:
    """A secret for a browser that has none."""
    return secrets.token_urlsafe(24)


def remember(response: HttpResponse, browser: str) -> HttpResponse:
    """Stores the secret in the browser."""
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
    """Deletes the secret from the browser, because it is no longer needed."""
    response.delete_cookie(COOKIE, samesite="Lax")
    return response
