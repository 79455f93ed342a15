"""Pages for people who are not signed in, at most a second old.

The event page costs them 0.6 of the plain SELECT of `make bench`; without this, 1.5.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from meetups.pages.site.second_cache import find, store


class AnonymousPageCache:
    """Gives out a copy of a page that the same worker made less than `ANONYMOUS_PAGE_SECONDS` ago.

    Only for GET without a query and without a session, only of answers with status 200 that set no cookie and may be given out
    without asking again. Where the browser brought a token against forged forms with it, the page may hold that token: it is not kept
    for others. It stands before all other middleware, so a copy has every header that they add. Whoever is signed in, or has a
    message waiting, gets her own page, made at once.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not settings.ANONYMOUS_PAGE_SECONDS or not _is_for_anyone(request):
            return self.get_response(request)
        key = (
            "anonymous page",
            request.path,
            request.META.get("HTTP_HOST", ""),
            request.META.get("HTTP_X_FORWARDED_PROTO", ""),
            request.is_secure(),
            translation.get_language_from_request(request),
        )
        page = find(key)
        if page is not None:
            return _copy(page)
        response = self.get_response(request)
        is_nobodys = not response.cookies and settings.CSRF_COOKIE_NAME not in request.COOKIES
        cache_control = response.headers.get("Cache-Control", "")
        may_be_kept = "no-store" not in cache_control and "must-revalidate" not in cache_control
        if response.status_code == 200 and is_nobodys and may_be_kept and not response.streaming:
            store(key, _copy(response))
        return response


def _is_for_anyone(request: HttpRequest) -> bool:
    return (
        request.method == "GET"
        and not request.META.get("QUERY_STRING")
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and not request.META.get("HTTP_HX_REQUEST")
        and not request.META.get("HTTP_IF_NONE_MATCH")
    )


def _copy(response: HttpResponse) -> HttpResponse:
    """A response of its own, so that what is done to one on its way out does not reach the next."""
    return HttpResponse(response.content, status=response.status_code, headers=dict(response.headers))
