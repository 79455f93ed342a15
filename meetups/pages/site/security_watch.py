"""What the security log learns from the answers of all pages: refusals, limits, and lists that leave the dashboard."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from meetups.accounts.models import User
from meetups.core.security_log import WORD, SecurityEvent, record_security

Answer = Callable[[HttpRequest], HttpResponse]
DESK = "/desk/"


class SecurityWatch:
    """Middleware. It looks at finished answers, so a page that is added later is watched too. It asks the database nothing."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        event = _event(request, response)
        if event is not None:
            _record(event, request, response.status_code)
        return response


def _event(request: HttpRequest, response: HttpResponse) -> SecurityEvent | None:
    if response.status_code == 429:
        return SecurityEvent.LIMIT_REACHED
    if response.status_code == 403:
        return SecurityEvent.FORBIDDEN
    if not request.path_info.startswith(DESK):
        return None
    if response.status_code == 404:
        return SecurityEvent.NOT_FOUND_AT_DESK
    is_file = response.headers.get("Content-Disposition", "").startswith("attachment")
    return SecurityEvent.EXPORTED if is_file else None


def _record(event: SecurityEvent, request: HttpRequest, status: int) -> None:
    match = request.resolver_match
    # The person who was read for this request. Nobody is read now: the database may be what is away.
    reader = request.__dict__.get("_cached_user")
    found = {name: match.kwargs[name] for name in ("public_id", "pk") if name in match.kwargs} if match else {}
    ids = {name: value for name, value in found.items() if isinstance(value, int) or WORD.fullmatch(value)}
    record_security(
        event,
        person=reader.pk if isinstance(reader, User) else None,
        view=match.view_name if match else None,
        method=request.method if request.method in {"GET", "HEAD", "POST"} else "other",
        status=status,
        **ids,
    )
