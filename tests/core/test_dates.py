"""Dates and times as pages and mails write them."""

from datetime import UTC, datetime

import pytest

from meetups.core import dates

START = datetime(2026, 12, 5, 5, 0, tzinfo=UTC)
END = datetime(2026, 12, 5, 7, 30, tzinfo=UTC)
DRAW = datetime(2026, 12, 1, 3, 0, tzinfo=UTC)


def test_event_time_has_year_and_zone() -> None:
    assert dates.event_time(START, END, "Asia/Tokyo", "ja") == "2026年12月5日(土) 14:00〜16:30 JST"
    assert dates.event_time(START, END, "Asia/Tokyo", "en") == "Sat, Dec 5, 2026, 2:00–4:30 PM JST"


def test_each_end_says_its_half_of_the_day_where_they_differ() -> None:
    morning = datetime(2026, 12, 5, 1, 0, tzinfo=UTC)
    assert dates.event_time(morning, END, "Asia/Tokyo", "en") == "Sat, Dec 5, 2026, 10:00 AM–4:30 PM JST"


def test_a_period_over_midnight_names_both_days() -> None:
    late, after = datetime(2026, 12, 5, 13, 0, tzinfo=UTC), datetime(2026, 12, 5, 16, 0, tzinfo=UTC)
    assert dates.event_time(late, after, "Asia/Tokyo", "ja") == "2026年12月5日(土) 22:00〜12月6日(日) 1:00 JST"
    assert dates.event_time(late, after, "Asia/Tokyo", "en") == "Sat, Dec 5, 2026, 10:00 PM – Sun, Dec 6, 1:00 AM JST"


def test_a_period_over_new_year_names_both_years() -> None:
    late, after = datetime(2026, 12, 31, 14, 0, tzinfo=UTC), datetime(2026, 12, 31, 16, 0, tzinfo=UTC)
    assert dates.event_time(late, after, "Asia/Tokyo", "ja") == "2026年12月31日(木) 23:00〜2027年1月1日(金) 1:00 JST"
    assert (
        dates.event_time(late, after, "Asia/Tokyo", "en")
        == "Thu, Dec 31, 2026, 11:00 PM – Fri, Jan 1, 2027, 1:00 AM JST"
    )


def test_both_zones_are_named_where_the_clocks_change_in_between() -> None:
    before, after = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert dates.event_time(before, after, "Europe/Berlin", "ja") == "2026年10月25日(日) 2:30 CEST〜2:30 CET"
    assert dates.event_time(before, after, "Europe/Berlin", "en") == "Sun, Oct 25, 2026, 2:30 AM CEST – 2:30 AM CET"


@pytest.mark.parametrize(
    ("zone", "label"),
    [
        ("Asia/Tokyo", "JST"),
        ("Asia/Kathmandu", "UTC+05:45"),
        ("America/Sao_Paulo", "UTC-03:00"),
        ("Australia/Lord_Howe", "UTC+11:00"),
        ("America/St_Johns", "NST"),
        ("UTC", "UTC"),
    ],
)
def test_zone_label(zone: str, label: str) -> None:
    assert dates.zone_label(START, zone) == label


@pytest.mark.parametrize(
    ("write", "ja", "en"),
    [
        (dates.day, "12月1日(火)", "Tue, Dec 1"),
        (dates.full_day, "2026年12月1日(火)", "Tue, Dec 1, 2026"),
        (dates.short_day, "12/1", "Dec 1"),
        (dates.clock, "12:00", "12:00 PM"),
        (dates.moment, "12月1日(火) 12:00", "Tue, Dec 1, 12:00 PM"),
        (dates.short_moment, "12/1 12:00", "Dec 1, 12:00 PM"),
        (dates.month, "12月", "Dec"),
        (dates.weekday, "火曜日", "Tuesday"),
    ],
)
def test_one_instant(write: object, ja: str, en: str) -> None:
    assert callable(write)
    assert write(DRAW, "Asia/Tokyo", "ja") == ja
    assert write(DRAW, "Asia/Tokyo", "en") == en


def test_the_day_is_the_venues_day() -> None:
    assert dates.day(datetime(2026, 12, 4, 15, 0, tzinfo=UTC), "Asia/Tokyo", "ja") == "12月5日(土)"
    assert dates.day(datetime(2026, 12, 4, 15, 0, tzinfo=UTC), "America/New_York", "ja") == "12月4日(金)"


def test_midnight_is_zero_in_japanese_and_twelve_in_english() -> None:
    midnight = datetime(2026, 12, 4, 15, 0, tzinfo=UTC)
    assert dates.clock(midnight, "Asia/Tokyo", "ja") == "0:00"
    assert dates.clock(midnight, "Asia/Tokyo", "en") == "12:00 AM"


def test_time_range() -> None:
    assert dates.time_range(START, END, "Asia/Tokyo", "ja-JP") == "14:00〜16:30"
    assert dates.time_range(START, END, "Asia/Tokyo", "en-GB") == "2:00–4:30 PM"
