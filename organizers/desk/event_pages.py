"""The pages of an event, in five groups: one list for the side of a wide screen, for the row of a phone, and for everything at once.

A page with a subject of its own stands here. A step of one (a person, a slot, an import) opens from it and keeps its entry lit.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from meetups.communities.permissions import Permission
from meetups.core import dates
from meetups.events.models import Event
from organizers.desk.page_numbers import PageNumbers

WAITING, LATE = "waiting", "late"


@dataclass(frozen=True)
class Facts:
    """What an entry is drawn from."""

    event: Event
    numbers: PageNumbers
    at: datetime

    def day(self, instant: datetime | None) -> str:
        return dates.short_day(instant, self.event.time_zone, get_language() or "en") if instant else ""


# The words beside an entry, and their tone: none, WAITING for someone, or LATE.
type Number = tuple[str, str]


def _always(_facts: Facts) -> bool:
    return True


def _none(_facts: Facts) -> Number:
    return "", ""


@dataclass(frozen=True)
class EventPage:
    """An entry. `name` is that of its address; `stands` says whether this event has the page."""

    name: str
    label: str | Promise
    permission: Permission
    number: Callable[[Facts], Number] = _none
    stands: Callable[[Facts], bool] = _always


def _plain(read: Callable[[PageNumbers], int]) -> Callable[[Facts], Number]:
    """A count that says how much there is."""
    return lambda facts: (str(read(facts.numbers) or ""), "")


def _draw(facts: Facts) -> Number:
    draws_at = facts.numbers.draws_at
    late = facts.event.is_published and draws_at is not None and draws_at <= facts.at
    return facts.day(draws_at), LATE if late else ""


def _messages(facts: Facts) -> Number:
    count = facts.numbers.messages
    return (_("%(count)s scheduled") % {"count": count} if count else ""), ""


def _inquiries(facts: Facts) -> Number:
    return str(facts.numbers.inquiries or ""), WAITING


def _talks(facts: Facts) -> Number:
    count = facts.numbers.proposals
    return (_("%(count)s to review") % {"count": count} if count else ""), WAITING


def _slides(facts: Facts) -> Number:
    return (f"{facts.numbers.slides}/{facts.numbers.talks}" if facts.numbers.talks else ""), ""


def _shifts(facts: Facts) -> Number:
    numbers = facts.numbers
    tone = LATE if numbers.is_short and numbers.help_sought else WAITING if numbers.is_short else ""
    return (f"{numbers.taken}/{numbers.places}" if numbers.shifts else ""), tone


def _teardown(facts: Facts) -> Number:
    numbers = facts.numbers
    return str((numbers.chores_left if numbers.chores_left < numbers.chores else numbers.chores) or ""), ""


def _todos(facts: Facts) -> Number:
    """Late where one is, as long as the event takes place or may still."""
    numbers, event = facts.numbers, facts.event
    late = numbers.todo_late and not event.is_cancelled and not event.is_over(facts.at)
    return (f"{numbers.todos_done}/{numbers.todos}" if numbers.todos else ""), LATE if late else ""


GROUPS: tuple[tuple[str | Promise, tuple[EventPage, ...]], ...] = (
    ("", (EventPage("desk_event", pgettext_lazy("tab", "Overview"), Permission.PLAN_EVENTS),)),
    (
        pgettext_lazy("pages of an event", "People"),
        (
            EventPage(
                "desk_attendees",
                pgettext_lazy("tab", "Attendees"),
                Permission.SEE_ATTENDEES,
                _plain(lambda numbers: numbers.people),
            ),
            EventPage(
                "desk_draw",
                pgettext_lazy("tab", "Lottery"),
                Permission.RUN_DRAW,
                _draw,
                lambda facts: facts.numbers.has_draw,
            ),
            EventPage("desk_deliveries", pgettext_lazy("tab", "Messages"), Permission.WRITE_MESSAGES, _messages),
            EventPage("desk_event_inbox", pgettext_lazy("tab", "Questions"), Permission.MANAGE_ATTENDEES, _inquiries),
        ),
    ),
    (
        pgettext_lazy("pages of an event", "Content"),
        (
            EventPage(
                "desk_slots",
                pgettext_lazy("tab", "Slots and forms"),
                Permission.PLAN_EVENTS,
                _plain(lambda numbers: numbers.slots),
            ),
            EventPage("desk_event_questions", pgettext_lazy("tab", "Questions to everyone"), Permission.PLAN_EVENTS),
            EventPage("desk_talks", pgettext_lazy("tab", "Speakers"), Permission.DECIDE_TALKS, _talks),
            EventPage("desk_readiness", pgettext_lazy("tab", "Checklist"), Permission.DECIDE_TALKS),
            EventPage("desk_programme", pgettext_lazy("tab", "Program"), Permission.DECIDE_TALKS),
            EventPage("desk_slides", pgettext_lazy("tab", "Slides"), Permission.DECIDE_TALKS, _slides),
        ),
    ),
    (
        pgettext_lazy("pages of an event", "Event day"),
        (
            EventPage("desk_check_in", pgettext_lazy("tab", "Check-in"), Permission.CHECK_IN),
            EventPage("desk_shifts", pgettext_lazy("tab", "Shifts"), Permission.MANAGE_SHIFTS, _shifts),
            EventPage(
                "desk_rehearsal",
                pgettext_lazy("tab", "Rehearsal"),
                Permission.PLAN_EVENTS,
                lambda facts: (facts.day(facts.numbers.rehearsal_at), ""),
                lambda facts: facts.event.has_stream or facts.numbers.rehearsal_at is not None,
            ),
            EventPage(
                "desk_connections",
                pgettext_lazy("tab", "Connections"),
                Permission.DECIDE_TALKS,
                stands=lambda facts: facts.event.has_stream,
            ),
            EventPage("desk_programme_run", pgettext_lazy("tab", "Now and next"), Permission.SEE_DESK),
            EventPage("desk_teardown", pgettext_lazy("tab", "Teardown list"), Permission.MANAGE_SHIFTS, _teardown),
        ),
    ),
    (
        pgettext_lazy("pages of an event", "Steps and settings"),
        (
            EventPage("desk_todos", pgettext_lazy("tab", "Things to do"), Permission.PLAN_EVENTS, _todos),
            EventPage("desk_event_edit", pgettext_lazy("tab", "Event details"), Permission.PLAN_EVENTS),
            EventPage(
                "desk_event_team",
                pgettext_lazy("tab", "Team and roles"),
                Permission.SEE_DESK,
                _plain(lambda numbers: numbers.team),
            ),
            EventPage("desk_history", pgettext_lazy("tab", "History"), Permission.SEE_ATTENDEES),
        ),
    ),
)


def groups(facts: Facts, grants: frozenset[Permission], *, current: str) -> list[dict[str, Any]]:
    """The groups with the pages that may be opened with `grants`, for the templates; empty groups are left out."""
    shown = [
        {
            "label": label,
            "pages": [_drawn(page, facts, current) for page in pages if _stands(page, facts, grants, current)],
        }
        for label, pages in GROUPS
    ]
    return [group for group in shown if group["pages"]]


def _stands(page: EventPage, facts: Facts, grants: frozenset[Permission], current: str) -> bool:
    # The page that is open has its entry, also where the event no longer asks for it.
    return page.permission in grants and (page.name == current or page.stands(facts))


def _drawn(page: EventPage, facts: Facts, current: str) -> dict[str, Any]:
    number, tone = page.number(facts)
    return {
        "label": page.label,
        "url": reverse(page.name, args=[facts.event.public_id]),
        "current": page.name == current,
        "number": number,
        "tone": tone if number else "",
    }


def state_in_words(facts: Facts) -> str:
    """One word about the event beside its date: a draft, canceled, or whether people can register."""
    event, closes_at = facts.event, facts.numbers.closes_at
    if not event.is_published or closes_at is None:
        return str(event.get_state_display())
    if event.is_over(facts.at):
        return ""
    if event.opens_later(facts.at):
        return pgettext("event", "Registration not open yet")
    if facts.at < closes_at:
        return pgettext("event", "Registration open")
    return pgettext("event", "Registration closed")
