"""The second factor of people who belong to a team, and how long it is good (RULES 125, 128)."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Protocol

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from meetups.accounts.models import User
from meetups.core.zones import days_before

FACTOR = timedelta(hours=12)
AFTER_THE_EVENT = timedelta(hours=3)
# An event of several days asks once a day.
LONGEST = timedelta(hours=24)


class Dated(Protocol):
    """An event, of which only its times are asked."""

    starts_at: datetime
    ends_at: datetime
    time_zone: str


def has_shown_factor(
    request: HttpRequest,
    person: User | AnonymousUser,
    *,
    at: datetime,
    event: Callable[[], Dated | None] = lambda: None,
) -> bool:
    """Whether `person` may see and do what their role in a team allows, on public pages and at the dashboard.

    The second factor was shown in this session within 12 hours, or on the day of `event`, which ended 3 hours ago at most.
    The event is asked only when 12 hours are over. A site that asks for no factor lets all in.
    """
    if not person.is_authenticated:
        return False
    if not settings.DESK_SECOND_FACTOR:
        return True
    shown = [record["at"] for record in get_authentication_records(request, person) if record.get("method") == "mfa"]
    if not shown:
        return False
    last = datetime.fromtimestamp(max(shown), UTC)
    return at - last < FACTOR or _is_of_its_day(last, event(), at=at)


def _is_of_its_day(shown: datetime, event: Dated | None, *, at: datetime) -> bool:
    if event is None:
        return False
    its_day = days_before(event.starts_at, 0, time(), event.time_zone)
    return its_day <= shown and at < min(event.ends_at + AFTER_THE_EVENT, shown + LONGEST)
