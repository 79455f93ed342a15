"""How long a sign-in and a second factor open the dashboard (RULES 125)."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest

from meetups.core.zones import days_before
from meetups.events.models import Event

FACTOR = timedelta(hours=12)
AFTER_THE_EVENT = timedelta(hours=3)
# An event of several days asks once a day.
LONGEST = timedelta(hours=24)
IDLE = timedelta(days=14)
SEEN = "seen_at_desk"


def is_idle(request: HttpRequest, *, at: datetime) -> bool:
    """Whether this browser has neither signed in nor been at the dashboard for 14 days. If not, notes the visit, once a day."""
    seen = request.session.get(SEEN)
    times = [_time(record) for record in get_authentication_records(request, request.user)]
    times += [datetime.fromisoformat(seen)] if seen else []
    if times and at - max(times) > IDLE:
        return True
    if times and (not seen or seen[:10] != at.isoformat()[:10]):
        request.session[SEEN] = at.isoformat()
    return False


def is_factor_good(request: HttpRequest, public_id: str, *, at: datetime) -> bool:
    """Whether the second factor was shown within 12 hours, or on the day of the event `public_id` that ended 3 hours ago at most."""
    records = get_authentication_records(request, request.user)
    shown = max((_time(record) for record in records if record.get("method") == "mfa"), default=None)
    if shown is None:
        return False
    if at - shown < FACTOR:
        return True
    event = Event.objects.filter(public_id=public_id).only("starts_at", "ends_at", "time_zone").first()
    if event is None:
        return False
    its_day = days_before(event.starts_at, 0, time(), event.time_zone)
    return its_day <= shown and at < min(event.ends_at + AFTER_THE_EVENT, shown + LONGEST)


def _time(record: dict[str, Any]) -> datetime:
    return datetime.fromtimestamp(record["at"], UTC)
