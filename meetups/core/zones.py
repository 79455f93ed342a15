"""Wall-clock time.

What people mean by "the evening before at six" is a reading of the clock on the venue's wall. It becomes an instant only together
with the zone, and only once the date is known.
"""

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

    A reading that the zone skips moves forward by the gap; one that occurs twice means the first. A day that the zone skips
    altogether (Apia, 2011-12-30) moves forward likewise.
    """
    local = datetime.combine(day, wall, ZoneInfo(zone))
    # With fold=0 zoneinfo reads an overlap as its first occurrence, and a gap with the offset before it, which is `forward`.
    return local.astimezone(ZoneInfo("UTC"))


def days_before(at: datetime, days: int, wall: time, zone: str) -> datetime:
    """The instant (UTC) of `wall` on the day that is `days` before the local day of `at`; 0 is the day itself.

    Where the zone skipped that day altogether, it is the last one before it: the evening before a Saturday without a Friday is Thursday's.
    """
    day = at.astimezone(ZoneInfo(zone)).date() - timedelta(days=days)
    if at_wall(day, NOON, zone).astimezone(ZoneInfo(zone)).date() != day:
        day -= timedelta(days=1)
    return at_wall(day, wall, zone)


def moved(instant: datetime, old: datetime, new: datetime, zone: str) -> datetime:
    """`instant` carried along when something moves from `old` to `new`: same distance in days and the same wall-clock shift."""
    tz = ZoneInfo(zone)
    wall = instant.astimezone(tz).replace(tzinfo=None)
    shift = new.astimezone(tz).replace(tzinfo=None) - old.astimezone(tz).replace(tzinfo=None)
    there = wall + shift
    return at_wall(there.date(), there.time(), zone)
