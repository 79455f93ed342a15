"""Pages for people who are not signed in, at most a second old.

When an announcement goes round, hundreds of people open the same page in the same minute. Each worker then makes the page once a
second and gives out copies. Whoever is signed in, or has a message waiting, gets her own page, made at once.
"""

import time
from collections import OrderedDict
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

Key = tuple[str, str, str, bool, str]

# A worker keeps this many pages; the ones that were made longest ago go first.
PAGES = 500


class OneSecondOld:
    """Gives out a copy of a page that the same worker made less than `ANONYMOUS_PAGE_SECONDS` ago.

    Only for GET without a query and without a session, only of answers with status 200 that set no cookie. It stands before all other
    middleware, so a copy has every header that they add.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.pages: OrderedDict[Key, tuple[float, HttpResponse]] = OrderedDict()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        seconds = settings.ANONYMOUS_PAGE_SECONDS
        if not seconds or not _is_for_anyone(request):
            return self.get_response(request)
        key = (
            request.path,
            request.META.get("HTTP_HOST", ""),
            request.META.get("HTTP_X_FORWARDED_PROTO", ""),
            request.is_secure(),
            translation.get_language_from_request(request),
        )
        now = time.monotonic()
        kept = self.pages.get(key)
        if kept and now - kept[0] < seconds:
            return _copy(kept[1])
        response = self.get_response(request)
        if response.status_code == 200 and not response.cookies and not response.streaming:
            self.pages[key] = (now, _copy(response))
            self.pages.move_to_end(key)
            if len(self.pages) > PAGES:
                self.pages.popitem(last=False)
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
