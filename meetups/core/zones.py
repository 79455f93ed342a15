"""Wall-clock time.

People mean a time on the venue's clock when they say "the evening before at six". It becomes an instant only together with the
zone and the date.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

NOON = time(12)


@cache
def zone_names() -> frozenset[str]:
    """The names of all IANA zones that this machine knows."""
    return frozenset(available_timezones())


def validate_zone(name: str) -> None:
    """Raises ValidationError unless `name` is an IANA zone."""
    if name not in zone_names():
        raise ValidationError(_("%(name)s isn’t a time zone. Choose one such as Asia/Tokyo."), params={"name": name})


def at_wall(day: date, wall: time, zone: str) -> datetime:
    """The instant (UTC) at which the clocks of `zone` show `wall` on `day`.

    A time that the zone skips moves forward by the gap. A time that occurs twice means the first. A day that the zone skips
    completely (Apia, 2011-12-30) moves forward in the same way.
    """
    local = datetime.combine(day, wall, ZoneInfo(zone))
    # With fold=0 zoneinfo takes the first occurrence of a repeated time. In a gap it uses the offset before it: the time moves
    # forward.
    return local.astimezone(ZoneInfo("UTC"))


def instant_at(wall: datetime, zone: str) -> datetime:
    """The instant (UTC) at which the clocks of `zone` show `wall`, as a person types it."""
    return at_wall(wall.date(), wall.time(), zone)


def wall_at(instant: datetime, zone: str) -> datetime:
    """What the clocks of `zone` show at `instant`, to the minute, as a field shows it."""
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None, second=0, microsecond=0)


def days_before(at: datetime, days: int, wall: time, zone: str) -> datetime:
    """The instant (UTC) of `wall` on the day that is `days` before the local day of `at`; 0 is the day itself.

    If the zone skipped that day, the last day before it counts. The evening before a Saturday without a Friday is on Thursday.
    """
    day = at.astimezone(ZoneInfo(zone)).date() - timedelta(days=days)
    if at_wall(day, NOON, zone).astimezone(ZoneInfo(zone)).date() != day:
        day -= timedelta(days=1)
    return at_wall(day, wall, zone)


def move_instant(instant: datetime, old: datetime, new: datetime, zone: str) -> datetime:
    """`instant`, carried along when something moves from `old` to `new`: by the same number of days and the same wall-clock time."""
    tz = ZoneInfo(zone)
    wall = instant.astimezone(tz).replace(tzinfo=None)
    shift = new.astimezone(tz).replace(tzinfo=None) - old.astimezone(tz).replace(tzinfo=None)
    there = wall + shift
    return instant_at(there, zone)


def moved_span(starts: datetime, ends: datetime, then: Callable[[datetime], datetime]) -> tuple[datetime, datetime]:
    """Both ends of a span, carried along by `then`.

    Where the clocks go forward in it, its end could come before its start. Then it keeps its length.
    """
    there, end = then(starts), then(ends)
    return there, end if end > there else there + (ends - starts)
