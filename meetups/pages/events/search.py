"""The search of events."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, F, Func
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from meetups.core.prefectures import ABROAD, PREFECTURES, prefecture_name
from meetups.events.models import Event, EventQuerySet
from meetups.lifecycle.search.found_events import START, found
from meetups.pages.sheets.event_cards import cards
from meetups.pages.sheets.event_list_pages import page_of_ahead, page_of_past
from meetups.pages.sheets.usual_places import usual_places
from meetups.pages.sheets.weeks import Days, instants, next_week, this_week, weekend
from meetups.pages.site.access import PageRequest
from meetups.pages.site.cached_figures import cached
from meetups.speakers.models import Talk

A_PAGE = 20
TAGS = 12
LONGEST = 80
PLACES = [*PREFECTURES, ABROAD]
# How many past events are offered where no event ahead was found.
PAST = 4
WEEKS: dict[str, Callable[[datetime], Days]] = {"week": this_week, "next-week": next_week, "weekend": weekend}


@dataclass(frozen=True)
class EventSearch:
    """What a reader looks for, from the address of the page. What can't be read is left out.

    `when` is one of WEEKS, or `past`, or empty for everything ahead. `first` and `last` are days.
    """

    q: str
    tag: str
    prefecture: str
    when: str
    online: bool
    first: date | None
    last: date | None

    @property
    def is_past(self) -> bool:
        return self.when == "past"

    @property
    def narrows(self) -> bool:
        """Whether the fields that the form keeps folded say something."""
        return bool(self.prefecture or self.first or self.last or self.is_past)

    @property
    def is_anything(self) -> bool:
        return bool(self.q or self.tag or self.online or self.when or self.narrows)

    @property
    def place(self) -> str:
        return prefecture_name(self.prefecture)

    def days(self, at: datetime) -> Days | None:
        """The days in which the event is to begin."""
        if self.when in WEEKS:
            return WEEKS[self.when](at)
        if self.first or self.last:
            return self.first or date(1970, 1, 1), self.last or date(9000, 1, 1)
        return None


def asked_of(request: HttpRequest) -> EventSearch:
    """What the address asks for."""
    got = request.GET
    first, last = (_day(got.get(name, "")) for name in ("from", "to"))
    when = got.get("when", "")
    return EventSearch(
        q=" ".join(got.get("q", "").split())[:LONGEST],
        tag=" ".join(got.get("tag", "").split())[:LONGEST],
        prefecture=got.get("prefecture", "") if got.get("prefecture", "") in PLACES else "",
        when=when if when in {*WEEKS, "past"} else "",
        online=got.get("online") == "1",
        first=first,
        last=last,
    )


def _day(text: str) -> date | None:
    try:
        day = parse_date(text[:10])
    except ValueError:
        return None
    # Outside these years an instant could not be computed in every time zone.
    return day if day and 1970 <= day.year <= 9000 else None


@require_safe
def search(request: PageRequest) -> HttpResponse:
    """Events ahead, soonest first; with `when=past` those that are over, latest first. `before` and `after` page.

    Four queries at most, any size: an edge, the events, their slots, and the past where nothing is ahead. Tags and places are kept.
    """
    asked = asked_of(request)
    listed: EventQuerySet = Event.objects.listed_for(AnonymousUser()).select_related("community")
    if asked.online:
        listed = listed.exclude(format=Event.Format.ON_SITE)
    if days := asked.days(request.at):
        begins, ends = instants(days)
        listed = listed.filter(starts_at__gte=begins, starts_at__lt=ends)
    look_in = partial(found, words=asked.q, tag=asked.tag, prefecture=asked.prefecture)
    over = look_in(listed.published().past(request.at))
    if asked.is_past:
        page = page_of_past(over, request, size=A_PAGE, start=START)
    elif asked.first or asked.last:
        # Between two days, also what is over.
        page = page_of_ahead(look_in(listed).order_by(START, "pk"), request, size=A_PAGE, start=START)
    else:
        page = page_of_ahead(look_in(listed.ahead(request.at), is_ahead=True), request, size=A_PAGE, start=START)
    past = [] if page.events or asked.is_past or not asked.is_anything else list(over[:PAST])
    context: dict[str, Any] = {
        "asked": asked,
        "page": page,
        "cards": cards(page.events, at=request.at),
        "past": cards(past, at=request.at),
        "prefectures": [(code, prefecture_name(code)) for code in PLACES],
        "places": usual_places(request.at, asked.prefecture),
        "tags": cached("tags of events", lambda: _tags(request.at)),
    }
    return render(request, "pages/events/search.html", context)


def _tags(at: datetime) -> list[str]:
    """The most frequent tags of the year's talks in events that everyone can find, each in its most frequent spelling."""
    events = Event.objects.listed_for(AnonymousUser()).filter(starts_at__gt=at.replace(year=at.year - 1, day=1))
    talks = Talk.objects.on_programme().filter(event__in=events).order_by()
    words = talks.annotate(tag=Func(F("themes"), function="unnest")).values("tag")
    spelled: dict[str, str] = {}
    for one in words.annotate(count=Count("pk")).order_by("-count", "tag")[: TAGS * 2]:
        spelled.setdefault(one["tag"].casefold(), one["tag"])
    return list(spelled.values())[:TAGS]
