"""What we keep in a browser under our signature, beside the session: who waits there for a code, without being signed in."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse


@dataclass(frozen=True)
class SignedCookie:
    """A cookie that only we can write. It is also the salt of its signature, so one cannot stand in for another."""

    name: str
    lasts: timedelta

    @property
    def key(self) -> str:
        """With this prefix, browsers accept the cookie only from this exact host, over TLS."""
        return f"__Host-{self.name}" if settings.SESSION_COOKIE_SECURE else self.name

    def read(self, request: HttpRequest) -> str:
        """The value; empty where the browser has none, or has one that we did not make."""
        return str(request.get_signed_cookie(self.key, default="", salt=self.name, max_age=self._seconds) or "")

    def write(self, response: HttpResponse, value: str) -> HttpResponse:
        """Stores the value in the browser."""
        response.set_signed_cookie(
            self.key,
            value,
            salt=self.name,
            max_age=self._seconds,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
        return response

    @property
    def _seconds(self) -> int:
        return int(self.lasts.total_seconds())


# It lasts for the longest time for which a lottery may take entries.
BROWSER = SignedCookie("browser", timedelta(days=60))


def browser_of(request: HttpRequest) -> str:
    """The secret that identifies the browser; empty where it has none."""
    return BROWSER.read(request)


def new_browser() -> str:
    """A secret for a browser that has none."""
    return secrets.token_urlsafe(24)


def remember(response: HttpResponse, browser: str) -> HttpResponse:
    """Stores the secret in the browser."""
    return BROWSER.write(response, browser)


def forget(response: HttpResponse) -> HttpResponse:
    """Deletes the secret from the browser, because it is no longer needed."""
    response.delete_cookie(BROWSER.key, samesite="Lax")
    return response
