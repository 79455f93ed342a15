"""Pages behind links in mails, on which the reader answers a question."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from meetups.core.errors import DomainError
from meetups.pages.site.refusal_answers import answer

type View = Callable[[HttpRequest, str], HttpResponse]
type Act[Found] = Callable[[HttpRequest, Found, datetime], HttpResponse | dict[str, Any] | None]


def answered_by_link[Found](
    template: str,
    *,
    find: Callable[[str], Found | None],
    page: Callable[[HttpRequest, Found, datetime], dict[str, Any]],
    needs_no_cookie: bool = False,
) -> Callable[[Act[Found]], View]:
    """Makes a page from a function that handles its POST. GET shows the page and changes nothing, because mail scanners follow
    links.

    `find` returns the object of the token; with None the page says that the link is unknown. `page` returns the context. With
    `is_closed` in it nothing is left to answer, and the status is 410. The decorated function does what the reader clicked. It
    returns the response, or more context for the page, or None where nothing was done. It may raise DomainError.
    `needs_no_cookie`: the token alone allows the POST, because mail programs that open pages have no cookies.
    """

    def page_of(act: Act[Found]) -> View:
        @wraps(act)
        def view(request: HttpRequest, token: str) -> HttpResponse:
            at, found = timezone.now(), find(token)
            if found is None:
                return render(request, template, {"is_unknown": True}, status=404)
            done: dict[str, Any] | None = None
            refusal: DomainError | None = None
            if request.method == "POST":
                try:
                    answered = act(request, found, at)
                    if isinstance(answered, HttpResponse):
                        return answered
                    done = answered
                except DomainError as error:
                    refusal = error
                found = find(token) or found
            context = page(request, found, at)
            is_closed = done is None and context.get("is_closed", False)
            status = 410 if is_closed else 422 if request.method == "POST" and done is None else 200
            return answer(request, template, context | (done or {}), refusal=refusal, status=status)

        shown = never_cache(require_http_methods(["GET", "HEAD", "POST"])(view))
        return csrf_exempt(shown) if needs_no_cookie else shown

    return page_of
