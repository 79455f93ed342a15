"""This week, next week and the weekend, on the clock of the site. A week begins on Monday."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

type Days = tuple[date, date]


def today(at: datetime) -> date:
    return at.astimezone(ZoneInfo(settings.SITE_TIME_ZONE)).date()


def this_week(at: datetime) -> Days:
    """From today to Sunday."""
    day = today(at)
    return day, day + timedelta(days=6 - day.weekday())


def next_week(at: datetime) -> Days:
    """From the next Monday to the Sunday after it."""
    _first, sunday = this_week(at)
    return sunday + timedelta(days=1), sunday + timedelta(days=7)


def weekend(at: datetime) -> Days:
    """Saturday and Sunday of this week; on a Sunday what is left of them."""
    day, sunday = this_week(at)
    return max(day, sunday - timedelta(days=1)), sunday


def instants(days: Days) -> tuple[datetime, datetime]:
    """Beginning and end of the days, which is the beginning of the day after them."""
    zone = ZoneInfo(settings.SITE_TIME_ZONE)
    first, last = (
        datetime.combine(day, time(), zone).astimezone(UTC) for day in (days[0], days[1] + timedelta(days=1))
    )
    return first, last
