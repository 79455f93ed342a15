"""Times on the venue's wall clock, on days when the clocks of a zone change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetups.core.zones import at_wall, days_before, move_instant, zone_names

SIX = time(18)


@pytest.mark.parametrize(
    ("day", "wall", "zone", "instant"),
    [
        # Ordinary days, on both sides of a clock change.
        (date(2026, 12, 4), SIX, "Asia/Tokyo", "2026-12-04T09:00"),
        (date(2026, 12, 4), SIX, "Asia/Kathmandu", "2026-12-04T12:15"),
        (date(2026, 3, 28), SIX, "Europe/Berlin", "2026-03-28T17:00"),
        (date(2026, 3, 29), SIX, "Europe/Berlin", "2026-03-29T16:00"),
        (date(2026, 10, 24), SIX, "Europe/Berlin", "2026-10-24T16:00"),
        (date(2026, 10, 25), SIX, "Europe/Berlin", "2026-10-25T17:00"),
        (date(2026, 3, 7), SIX, "America/New_York", "2026-03-07T23:00"),
        (date(2026, 3, 8), SIX, "America/New_York", "2026-03-08T22:00"),
        (date(2026, 10, 31), SIX, "America/New_York", "2026-10-31T22:00"),
        (date(2026, 11, 1), SIX, "America/New_York", "2026-11-01T23:00"),
        # A time that is skipped: forward by the gap.
        (date(2026, 3, 29), time(2, 30), "Europe/Berlin", "2026-03-29T01:30"),
        (date(2026, 3, 8), time(2, 30), "America/New_York", "2026-03-08T07:30"),
        # A time that comes twice: the first one.
        (date(2026, 10, 25), time(2, 30), "Europe/Berlin", "2026-10-25T00:30"),
        (date(2026, 11, 1), time(1, 30), "America/New_York", "2026-11-01T05:30"),
        # A change of only half an hour, both ways.
        (date(2026, 4, 5), time(1, 45), "Australia/Lord_Howe", "2026-04-04T14:45"),
        (date(2026, 10, 4), time(2, 15), "Australia/Lord_Howe", "2026-10-03T15:45"),
        (date(2026, 10, 4), SIX, "Australia/Lord_Howe", "2026-10-04T07:00"),
        # The day that Samoa skipped.
        (date(2011, 12, 29), SIX, "Pacific/Apia", "2011-12-30T04:00"),
        (date(2011, 12, 30), SIX, "Pacific/Apia", "2011-12-31T04:00"),
        (date(2011, 12, 31), SIX, "Pacific/Apia", "2011-12-31T04:00"),
        # There is no midnight there on that day.
        (date(2018, 11, 4), time(0), "America/Sao_Paulo", "2018-11-04T03:00"),
        (date(2018, 11, 3), SIX, "America/Sao_Paulo", "2018-11-03T21:00"),
        (date(2026, 3, 29), time(0), "Asia/Beirut", "2026-03-28T22:00"),
        (date(2026, 3, 28), SIX, "Asia/Beirut", "2026-03-28T16:00"),
        # Ramadan: the clocks go back for a month, and then forward again.
        (date(2026, 2, 14), SIX, "Africa/Casablanca", "2026-02-14T17:00"),
        (date(2026, 2, 15), SIX, "Africa/Casablanca", "2026-02-15T18:00"),
        (date(2026, 3, 22), SIX, "Africa/Casablanca", "2026-03-22T17:00"),
    ],
)
def test_a_reading_of_the_wall_is_this_instant(day: date, wall: time, zone: str, instant: str) -> None:
    assert at_wall(day, wall, zone) == datetime.fromisoformat(instant).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Tokyo", "Asia/Kathmandu"]
)
@pytest.mark.parametrize("days", [0, 1, 3])
def test_the_evening_before_is_at_six_there(zone: str, days: int) -> None:
    """This holds on every evening of a year, across all changes of the clocks."""
    start = datetime(2026, 1, 1, 19, 0, tzinfo=ZoneInfo(zone))
    for number in range(366):
        event = at_wall((start + timedelta(days=number)).date(), time(19), zone)
        reminder = days_before(event, days, SIX, zone).astimezone(ZoneInfo(zone))
        assert reminder.time() == SIX
        assert reminder.date() == event.astimezone(ZoneInfo(zone)).date() - timedelta(days=days)


ZONES = st.sampled_from(
    sorted(name for name in zone_names() if "/" in name and not name.startswith(("posix", "right")))
)
DAYS = st.dates(date(1980, 1, 1), date(2036, 12, 31))
WALLS = st.times().map(lambda wall: wall.replace(second=0, microsecond=0))


@given(day=DAYS, wall=WALLS, zone=ZONES)
def test_the_clock_there_shows_it_or_was_moved_over_it(day: date, wall: time, zone: str) -> None:
    instant = at_wall(day, wall, zone)
    assert instant.utcoffset() == timedelta(0)
    shown = instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    asked = datetime.combine(day, wall)
    if shown == asked:
        earlier = (instant - timedelta(minutes=1)).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        # The first of two equal times: a minute before, the clock had not shown it yet.
        assert earlier < asked
        assert instant.astimezone(ZoneInfo(zone)).fold == 0
    else:
        # A gap: forward by at most the largest jump that ever was, a whole day.
        assert timedelta(0) < shown - asked <= timedelta(hours=24)


@given(day=DAYS, wall=WALLS, zone=ZONES)
def test_later_on_the_wall_is_never_earlier(day: date, wall: time, zone: str) -> None:
    assert at_wall(day, wall, zone) < at_wall(day + timedelta(days=2), wall, zone)


@given(days=st.integers(-400, 400), hours=st.integers(0, 23))
def test_what_moves_with_an_event_keeps_its_reading(days: int, hours: int) -> None:
    """A deadline at noon, four days before the event, stays at noon, four days before the new date, across clock changes."""
    zone = "Europe/Berlin"
    old = at_wall(date(2026, 6, 1), time(19), zone)
    new = at_wall(date(2026, 6, 1) + timedelta(days=days), time(19), zone)
    deadline = days_before(old, 4, time(hours), zone)
    if hours != 2:
        assert move_instant(deadline, old, new, zone) == days_before(new, 4, time(hours), zone)
