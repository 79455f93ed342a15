"""What the calendar entry of an event says of it: the same in each mail and in each file."""

from collections.abc import Callable, Collection
from functools import lru_cache

from django.utils.html import strip_tags

from meetups.core.texts.markdown import render
from meetups.events.models import Event
from meetups.notifications.batch import once_a_batch

SUMMARY = 140
Teller = Callable[[Collection[Event]], dict[int, str]]
# Rooms above add what they know of events, such as their program. It is in the event's own language.
_TELLERS: list[Teller] = []


def tells(teller: Teller) -> Teller:
    """For a function whose words, by the event, belong into its calendar entry, below what it is about."""
    _TELLERS.append(teller)
    return teller


def description_beginning(event: Event) -> str:
    """The beginning of the description as plain text; empty where there is none."""
    text = _plain(event.words.description)
    return text if len(text) <= SUMMARY else f"{text[: SUMMARY - 1]}…"


def calendar_words(event: Event) -> str:
    """What it is about, in two lines, and the rest. For many mails of one batch the rest is read once."""
    return _joined(event, once_a_batch(("calendar", event.pk), lambda: _rest([event]))[event.pk])


def calendar_words_of(events: Collection[Event]) -> dict[int, str]:
    """The same for many events, with as many queries as for one."""
    rest = _rest(events)
    return {event.pk: _joined(event, rest[event.pk]) for event in events}


def _rest(events: Collection[Event]) -> dict[int, list[str]]:
    told = [teller(events) for teller in _TELLERS] if events else []
    return {event.pk: [one.get(event.pk, "") for one in told] for event in events}


def _joined(event: Event, rest: list[str]) -> str:
    return "\n\n".join(filter(None, (event.words.hook or description_beginning(event), *rest)))


@lru_cache(maxsize=500)
def _plain(description: str) -> str:
    return " ".join(strip_tags(render(description)).split())
