"""How long a sign-in opens the dashboard of a browser that isn't used there (RULES 125)."""

from datetime import UTC, datetime, timedelta

from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest

IDLE = timedelta(days=14)
SEEN = "seen_at_desk"


def is_idle(request: HttpRequest, *, at: datetime) -> bool:
    """Whether this browser has neither signed in nor been at the dashboard for 14 days. If not, notes the visit, once a day."""
    seen = request.session.get(SEEN)
    records = get_authentication_records(request, request.user)
    times = [datetime.fromtimestamp(record["at"], UTC) for record in records]
    times += [datetime.fromisoformat(seen)] if seen else []
    if times and at - max(times) > IDLE:
        return True
    if times and (not seen or seen[:10] != at.isoformat()[:10]):
        request.session[SEEN] = at.isoformat()
    return False
