"""A cache of pages for people who are not signed in. A page is at most a second old.

What it saves: meetups/decisions/anonymous-pages-may-be-a-second-old.md.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from meetups.pages.site.one_second_cache import find, store


class AnonymousPageCache:
    """Answers with a copy of a page that the same worker made less than `ANONYMOUS_PAGE_SECONDS` ago.

    This holds only for GET without a query and without a session. Only answers with status 200 are kept, if they set no cookie
    and need no revalidation. A page for a browser with a CSRF cookie may hold that token, so it is not kept for others. This
    middleware stands before all others, so a copy has every header that they add. A reader who is signed in, or has a message
    waiting, gets a fresh page of their own.
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
    """A separate response, so that later changes to one response do not reach the next."""
    return HttpResponse(response.content, status=response.status_code, headers=dict(response.headers))
