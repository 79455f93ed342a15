"""The calendar on which the days of a copy are chosen."""

from calendar import Calendar
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import get_language

from meetups.accounts.models import User
from meetups.communities.permissions import Permission
from meetups.core import dates
from meetups.core.zones import at_wall
from meetups.events.models import Event
from meetups.lifecycle.copies.next_title import next_title

MONTHS = 12
# Whoever copies an event shortly before the end of a month means a day after it.
SOON = timedelta(days=10)
# So many titles stand at a day; a year of busy days would else be a megabyte.
MOST_A_DAY = 3


@dataclass(frozen=True)
class CalendarDay:
    """`others` are the titles of events of the reader's communities on that day. A day that has passed cannot be chosen."""

    day: date
    name: str
    chosen: bool
    possible: bool
    others: list[str]


@dataclass(frozen=True)
class CalendarMonth:
    """The weeks from Monday to Sunday; None stands for a day of another month."""

    label: str
    weeks: list[list[CalendarDay | None]]


@dataclass(frozen=True)
class CalendarPage:
    """`shown` are the months that one most likely means, `more` all others of a year."""

    shown: list[CalendarMonth] = field(default_factory=list)
    more: list[CalendarMonth] = field(default_factory=list)


@dataclass(frozen=True)
class PlannedCopy:
    """A draft that would be made."""

    day: date
    title: str
    starts_at: datetime
    ends_at: datetime
    others: list[str]


def chosen_days(typed: Collection[str]) -> list[date]:
    """The days, in order, without what is none."""
    days = set()
    for one in typed:
        try:
            days.add(date.fromisoformat(one))
        except ValueError:
            continue
    return sorted(days)


def others_by_day(user: User, source: Event, at: datetime) -> dict[date, list[str]]:
    """The events of a year that the reader runs, by day: the first few of each, then an ellipsis. One query."""
    ahead = Event.objects.manageable_by(user, Permission.PLAN_EVENTS, at=at).exclude(state=Event.State.CANCELLED)
    found: dict[date, list[str]] = {}
    ahead = ahead.filter(starts_at__gte=at, starts_at__lt=at + timedelta(days=31 * (MONTHS + 1)))
    for title, starts_at in ahead.order_by("starts_at", "pk").values_list("title", "starts_at"):
        titles = found.setdefault(starts_at.astimezone(source.zone).date(), [])
        if len(titles) <= MOST_A_DAY:
            titles.append(title if len(titles) < MOST_A_DAY else "…")
    return found


def calendar_page(source: Event, at: datetime, chosen: Collection[date], others: dict[date, list[str]]) -> CalendarPage:
    """A year of months from today, on the clock of the source."""
    zone = ZoneInfo(source.time_zone)
    today = at.astimezone(zone).date()
    begins = source.starts_at.astimezone(zone).time()
    first_ahead = today if at_wall(today, begins, source.time_zone) > at else today + timedelta(days=1)
    likely = max(today, source.starts_at.astimezone(zone).date()) + SOON
    months = [
        ((today.month - 1 + number) // 12 + today.year, (today.month - 1 + number) % 12 + 1) for number in range(MONTHS)
    ]
    begin = months.index((likely.year, likely.month)) if (likely.year, likely.month) in months[:-1] else 0
    page = CalendarPage()
    for number, (year, month) in enumerate(months):
        weeks = [
            [_day(one, month, chosen, others, first_ahead) for one in week]
            for week in Calendar().monthdatescalendar(year, month)
        ]
        label = dates.month_and_year(date(year, month, 1), date(1, 1, 1), get_language() or "en")
        (page.shown if begin <= number < begin + 2 else page.more).append(CalendarMonth(label, weeks))
    return page


def _day(
    day: date, month: int, chosen: Collection[date], others: dict[date, list[str]], first: date
) -> CalendarDay | None:
    if day.month != month:
        return None
    name = dates.full_day(at_wall(day, datetime.min.time(), "UTC"), "UTC", get_language() or "en")
    return CalendarDay(day, name, day in chosen, day >= first, others.get(day, []))


def planned_copies(source: Event, chosen: Collection[date], others: dict[date, list[str]]) -> list[PlannedCopy]:
    """The drafts that the days would make. One query."""
    titles = list(Event.objects.filter(community=source.community_id).values_list("title", flat=True)) if chosen else []
    begins = source.starts_at.astimezone(source.zone).time()
    planned = []
    for day in sorted(chosen):
        title = next_title(source.title, titles)
        titles.append(title)
        starts_at = at_wall(day, begins, source.time_zone)
        ends_at = starts_at + (source.ends_at - source.starts_at)
        planned.append(PlannedCopy(day, title, starts_at, ends_at, others.get(day, [])))
    return planned
