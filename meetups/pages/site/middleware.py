"""Middleware that every request passes on its way to a page."""

from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import auth, messages
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import DataError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from meetups.accounts.models import User
from meetups.accounts.sessions import SessionStore, renew
from meetups.core.errors import DomainError
from meetups.pages.site.access import PageRequest

ACCOUNT_PAGES = ("account_", "mfa_")
Answer = Callable[[HttpRequest], HttpResponse]


class ClearRefusals:
    """Turns errors that a page did not catch into an answer that says what to do.

    A refusal of the domain becomes 409 or, where trying again helps, 503 with Retry-After. A database that does not answer
    becomes 503. Text that no database can store (NUL bytes, broken UTF-8) is refused with 400. In an address it is refused before
    any page sees it. In a field that no form checks, the database refuses it.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _is_unreadable(request.path_info) or any(_is_unreadable(text) for _key, text in _pairs(request)):
            return render(request, "400.html", status=400)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, DomainError):
            return refusal(request, str(error), error.status)
        if isinstance(error, OperationalError | InterfaceError):
            return away(request)
        if isinstance(error, DataError) and "NUL" in str(error):
            return render(request, "400.html", status=400)
        return None


class Sessions(SessionMiddleware):
    """Saves the session after the page. If the database went away in between, the answer is 503: sending twice is safe."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        try:
            return super().process_response(request, response)
        except (OperationalError, InterfaceError):
            with translation.override(getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE)):
                return away(request)


def away(request: HttpRequest) -> HttpResponse:
    """The page that is shown while the database does not answer."""
    return refusal(request, _("We can’t reach our database right now. Please try again: sending twice is safe."), 503)


def refusal(request: HttpRequest, message: str, status: int) -> HttpResponse:
    """A page that says `message`; with 503 it also says when to come back."""
    response = render(request, "refusal.html", {"refusal": message}, status=status)
    if status == 503:
        response["Retry-After"] = "5"
    return response


def _pairs(request: HttpRequest) -> list[tuple[str, str]]:
    return [(key, text) for key, texts in request.GET.lists() for text in (key, *texts)]


def _is_unreadable(text: str) -> bool:
    return "\x00" in text or "\ufffd" in text


class Reader(AuthenticationMiddleware):
    """Sets the user: the person who was read with the session, if every check of Django holds; else Django's own answer.

    Sets the time too (`PageRequest`): whatever a page says and does, it does at one instant.
    """

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        cast(PageRequest, request).at = timezone.now()
        request.user = cast(User | AnonymousUser, SimpleLazyObject(lambda: _reader(request)))


def _reader(request: HttpRequest) -> User | AnonymousUser:
    # Django keeps its answer under this name; `request.auser` and tests read it as well.
    found: User | AnonymousUser | None = request.__dict__.get("_cached_user")
    if found is None:
        found = _person_of(cast(SessionStore, request.session)) or auth.get_user(request)
        request.__dict__["_cached_user"] = found
    return found


def _person_of(session: SessionStore) -> User | None:
    """The person of this session. None if anything is unusual: no account, a closed account, a changed password, an old secret."""
    hash_then = session.get(auth.HASH_SESSION_KEY)
    person = session.person
    holds = (
        person is not None
        and person.is_active
        and hash_then
        and session.get(auth.SESSION_KEY) == str(person.pk)
        and session.get(auth.BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS
        and constant_time_compare(hash_then, person.get_session_auth_hash())
    )
    return person if holds else None


class ReaderLanguage:
    """Shows pages in the language that the reader chose: in their settings, else in a cookie, else in the browser."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = translation.get_language_from_request(request)
        try:
            # This is the first use of the user: with a session it reads the database.
            if request.user.is_authenticated:
                language = request.user.language
                renew(request.session, at=timezone.now())
        except (OperationalError, InterfaceError):
            request.user = AnonymousUser()
            with translation.override(language):
                return away(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            # Responses that are rendered late must still find the language.
            if hasattr(response, "render") and callable(response.render):
                response = response.render()
        response.headers.setdefault("Content-Language", language)
        match = request.resolver_match
        if match and (match.url_name or "").startswith(ACCOUNT_PAGES):
            # Codes, seeds of the second factor and passwords: no browser stores these pages.
            response.headers["Cache-Control"] = "private, no-store"
        elif request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "private, no-cache")
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response


class NameFirst:
    """Asks a person for their name who proved their address elsewhere than in the browser in which they signed up (RULES 120).

    What was typed at sign-up is then forgotten, because anyone may have typed it.
    """

    OPEN: frozenset[str | None] = frozenset(
        {"profile", "account_logout", "set_language_preference", "account_set_password"}
    )

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: Any, _args: Any, _kwargs: Any) -> HttpResponse | None:
        page = request.resolver_match.url_name if request.resolver_match else None
        if not request.user.is_authenticated or request.user.name or page in self.OPEN:
            return None
        messages.info(request, _("Tell us your name, and you’re all set."))
        onward = request.get_full_path() if request.method == "GET" else reverse("my_page")
        return redirect(f"{reverse('profile')}?{urlencode({'next': onward})}")
