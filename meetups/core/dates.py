"""Instants written as people read them, in the event's own time zone, in Japanese and English.

Pages and mails both use these functions, so they are pure. They take an aware instant, the name of an IANA time zone and a
language code, and return plain text. Nothing depends on the machine's locale, on the active language or on today's date.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

JA_WEEKDAYS = "月火水木金土日"
EN_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
EN_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def zone_label(at: datetime, zone: str) -> str:
    """The zone's abbreviation at this instant if it is made of letters (JST, CEST). Otherwise its offset (UTC+05:45)."""
    local = at.astimezone(ZoneInfo(zone))
    name = local.tzname() or ""
    if name.isalpha():
        return name
    offset = local.utcoffset() or timedelta()
    minutes = int(offset.total_seconds()) // 60
    sign = "-" if minutes < 0 else "+"
    return f"UTC{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def event_time(starts_at: datetime, ends_at: datetime, zone: str, language: str) -> str:
    """A period with its year and its zone: `2026年12月5日(土) 14:00〜16:30 JST`, `Sat, Dec 5, 2026, 2:00–4:30 PM JST`.

    If the period ends on another day, that day is named too. If the clocks change in between, both ends carry their zone.
    """
    start, end = starts_at.astimezone(ZoneInfo(zone)), ends_at.astimezone(ZoneInfo(zone))
    first_label, last_label = zone_label(starts_at, zone), zone_label(ends_at, zone)
    if start.date() == end.date() and first_label == last_label:
        return f"{_date(start, language)} {time_range(starts_at, ends_at, zone, language)} {last_label}"
    first = f"{_date(start, language)} {wall_clock(start, language)}"
    if first_label != last_label:
        first += f" {first_label}"
    last = f"{wall_clock(end, language)} {last_label}"
    if start.year != end.year:
        last = f"{_date(end, language)} {last}"
    elif start.date() != end.date():
        last = f"{day(ends_at, zone, language)}{_comma(language)} {last}"
    return f"{first}{'〜' if _japanese(language) else ' – '}{last}"


def day(at: datetime, zone: str, language: str) -> str:
    """The day in that zone, without a year: `12月5日(土)`, `Sat, Dec 5`."""
    local = at.astimezone(ZoneInfo(zone))
    if _japanese(language):
        return f"{local.month}月{local.day}日({JA_WEEKDAYS[local.weekday()]})"
    return f"{EN_WEEKDAYS[local.weekday()][:3]}, {EN_MONTHS[local.month - 1]} {local.day}"


def full_day(at: datetime, zone: str, language: str) -> str:
    """The day in that zone, with its year: `2026年12月5日(土)`, `Sat, Dec 5, 2026`."""
    return _date(at.astimezone(ZoneInfo(zone)), language).rstrip(",")


def short_day(at: datetime, zone: str, language: str) -> str:
    """The day in a few characters: `12/5`, `Dec 5`."""
    local = at.astimezone(ZoneInfo(zone))
    if _japanese(language):
        return f"{local.month}/{local.day}"
    return f"{EN_MONTHS[local.month - 1]} {local.day}"


def clock(at: datetime, zone: str, language: str) -> str:
    """The time of day in that zone: `14:00`, `2:00 PM`."""
    return wall_clock(at.astimezone(ZoneInfo(zone)), language)


def moment(at: datetime, zone: str, language: str) -> str:
    """Day and time, without year or zone: `12月1日(火) 12:00`, `Tue, Dec 1, 12:00 PM`."""
    return f"{day(at, zone, language)}{_comma(language)} {clock(at, zone, language)}"


def short_moment(at: datetime, zone: str, language: str) -> str:
    """Day and time for small places: `12/1 12:00`, `Dec 1, 12:00 PM`."""
    return f"{short_day(at, zone, language)}{_comma(language)} {clock(at, zone, language)}"


def time_range(starts_at: datetime, ends_at: datetime, zone: str, language: str) -> str:
    """Two times of day without their days: `16:30〜17:30`, `4:30–5:30 PM`, `11:30 AM–1:00 PM`."""
    start, end = starts_at.astimezone(ZoneInfo(zone)), ends_at.astimezone(ZoneInfo(zone))
    if _japanese(language):
        return f"{wall_clock(start, language)}〜{wall_clock(end, language)}"
    first, last = wall_clock(start, language), wall_clock(end, language)
    # "2:00–4:30 PM": AM or PM is written once if both ends share it.
    if first[-2:] == last[-2:] and start.date() == end.date():
        first = first[:-3]
    return f"{first}–{last}"


def time_range_to_another_day(starts_at: datetime, ends_at: datetime, zone: str, language: str) -> str:
    """From a time of day to one of another day: `23:00〜12/6 1:00`, `11:00 PM – Dec 6, 1:00 AM`."""
    between = "〜" if _japanese(language) else " – "
    return f"{clock(starts_at, zone, language)}{between}{short_moment(ends_at, zone, language)}"


def month(at: datetime, zone: str, language: str) -> str:
    """The month in that zone, for the calendar leaf: `12月`, `Dec`."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local.month}月" if _japanese(language) else EN_MONTHS[local.month - 1]


def month_and_year(day: date, today: date, language: str) -> str:
    """The month of a day, with the year where that is not the year of today: `2月`, `2027年2月`, `Feb 2027`."""
    same = day.year == today.year
    if _japanese(language):
        return f"{day.month}月" if same else f"{day.year}年{day.month}月"
    return EN_MONTHS[day.month - 1] if same else f"{EN_MONTHS[day.month - 1]} {day.year}"


def days(first: date, last: date, language: str) -> str:
    """Two days and what is between them: `12/7〜12/13`, `Dec 7–13`, `Nov 30–Dec 6`."""
    if _japanese(language):
        return f"{first.month}/{first.day}〜{last.month}/{last.day}"
    month = "" if first.month == last.month else f"{EN_MONTHS[last.month - 1]} "
    return f"{EN_MONTHS[first.month - 1]} {first.day}–{month}{last.day}"


def weekday(at: datetime, zone: str, language: str) -> str:
    """The day of the week in that zone: `土曜日`, `Saturday`."""
    number = at.astimezone(ZoneInfo(zone)).weekday()
    return f"{JA_WEEKDAYS[number]}曜日" if _japanese(language) else EN_WEEKDAYS[number]


def _japanese(language: str) -> bool:
    return language == "ja" or language.startswith("ja-")


def _comma(language: str) -> str:
    return "" if _japanese(language) else ","


def wall_clock(local: datetime | time, language: str) -> str:
    """A time of day without a date: `14:00`, `2:00 PM`."""
    if _japanese(language):
        return f"{local.hour}:{local.minute:02}"
    return f"{local.hour % 12 or 12}:{local.minute:02} {'AM' if local.hour < 12 else 'PM'}"


def _date(local: datetime, language: str) -> str:
    """The day with its year. The English form ends with the comma that a following time needs."""
    if _japanese(language):
        return f"{local.year}年{local.month}月{local.day}日({JA_WEEKDAYS[local.weekday()]})"
    return f"{EN_WEEKDAYS[local.weekday()][:3]}, {EN_MONTHS[local.month - 1]} {local.day}, {local.year},"
