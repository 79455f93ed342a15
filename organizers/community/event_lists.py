"""The events of a community in lists of bounded length, each with its own pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import BooleanField, Case, DurationField, ExpressionWrapper, F, Q, Value, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

from meetups.events.models import Event, EventQuerySet

SHOWN = 50


@dataclass(frozen=True)
class ListPage:
    """A part of a list. `key` is the name of its page in the address; `earlier` and `later` are numbers of pages, or 0."""

    key: str
    events: list[Event]
    earlier: int
    later: int

    @property
    def has_other(self) -> bool:
        return bool(self.earlier or self.later)

    @property
    def at_earlier(self) -> dict[str, int]:
        return {self.key: self.earlier}

    @property
    def at_later(self) -> dict[str, int]:
        return {self.key: self.later}


@dataclass(frozen=True)
class EventList:
    """A list with its heading. Of events that are over a copy can be begun."""

    title: Promise
    page: ListPage
    copies: bool = False


def lists_of_events(asked: Mapping[str, str], events: EventQuerySet, at: datetime) -> list[EventList]:
    """Drafts, the nearest first and those of the past last; events ahead, and past ones. Three queries, however many there are."""
    draft = Q(state=Event.State.DRAFT)
    return [
        EventList(gettext_lazy("Drafts"), _page(asked, "drafts", _nearest_first(events.filter(draft), at))),
        EventList(pgettext_lazy("events", "Upcoming"), _page(asked, "coming", events.ahead(at).exclude(draft))),
        EventList(pgettext_lazy("events", "Past"), _page(asked, "past", events.past(at).exclude(draft)), copies=True),
    ]


def found_events(asked: Mapping[str, str], events: EventQuerySet, words: str) -> list[EventList]:
    """The events whose title has these words, latest first. One query."""
    found = events.filter(title__icontains=words).order_by("-starts_at", "-pk")
    return [EventList(gettext_lazy("Events found"), _page(asked, "found", found), copies=True)]


def _nearest_first(drafts: EventQuerySet, at: datetime) -> EventQuerySet:
    to_start = ExpressionWrapper(F("starts_at") - Value(at), output_field=DurationField())
    since_start = ExpressionWrapper(Value(at) - F("starts_at"), output_field=DurationField())
    is_over = ExpressionWrapper(Q(ends_at__lte=at), output_field=BooleanField())
    return drafts.order_by(is_over, Case(When(ends_at__gt=at, then=to_start), default=since_start), "pk")


def _page(asked: Mapping[str, str], key: str, events: EventQuerySet) -> ListPage:
    typed = asked.get(key, "")
    number = max(int(typed), 1) if typed.isdecimal() and len(typed) <= 5 else 1
    found = list(events[(number - 1) * SHOWN : number * SHOWN + 1])
    return ListPage(key, found[:SHOWN], number - 1, number + 1 if len(found) > SHOWN else 0)
