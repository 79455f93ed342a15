"""Cards of events ahead, in groups: this week, next week, later, and then by months, on the clock of the site."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from meetups.core import dates
from meetups.pages.sheets.event_cards import EventCard


@dataclass
class Week:
    """Some events under one heading. `first` and `last` are its days, where it is a week."""

    title: str
    first: date | None = None
    last: date | None = None
    cards: list[EventCard] = field(default_factory=list)

    @property
    def days(self) -> str:
        """`12/7〜12/13`, `Dec 7–13`; empty where the heading says it all."""
        if self.first is None or self.last is None or self.first == self.last:
            return ""
        return dates.days(self.first, self.last, get_language() or "en")


def weeks_of(cards: Iterable[EventCard], *, at: datetime) -> list[Week]:
    """The cards in their groups and their order. A week begins on Monday; a group without events is left out."""
    today = at.astimezone(ZoneInfo(settings.SITE_TIME_ZONE)).date()
    weeks: list[Week] = []
    for card in cards:
        week = _week_of(card.event.starts_at.astimezone(card.event.zone).date(), today)
        if not weeks or weeks[-1].title != week.title:
            weeks.append(week)
        weeks[-1].cards.append(card)
    return weeks


def _week_of(day: date, today: date) -> Week:
    sunday = today + timedelta(days=6 - today.weekday())
    if day <= sunday:
        return Week(_("This week"), today, sunday)
    if day <= sunday + timedelta(days=7):
        return Week(_("Next week"), sunday + timedelta(days=1), sunday + timedelta(days=7))
    # Until the end of next month "later" is near enough; then months have their names.
    if (day.year - today.year) * 12 + day.month - today.month <= 1:
        return Week(_("Later"))
    return Week(dates.month_and_year(day, today, get_language() or "en"))
