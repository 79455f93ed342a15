"""The three buttons of an event's day: check-in, program, teardown, each with how it stands now."""

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from meetups.communities.permissions import Permission
from meetups.core import dates
from organizers.desk.event_pages import Facts

# So long before the start an event's day begins.
BEFORE = timedelta(hours=3)


def is_the_day(facts: Facts) -> bool:
    """From three hours before the start until the rooms are out."""
    event = facts.event
    until = max(event.ends_at, facts.numbers.out_at or event.ends_at)
    return event.is_published and event.starts_at - BEFORE <= facts.at < until


def day_buttons(facts: Facts, grants: frozenset[Permission], *, current: str) -> list[dict[str, Any]]:
    """None for a person who can only check people in: their pages are few. Without a place there is nothing to tear down."""
    if not is_the_day(facts) or Permission.PLAN_EVENTS not in grants:
        return []
    buttons = [
        ("desk_check_in", pgettext("tab", "Check-in"), _arrived(facts))
        if facts.event.has_place
        else ("desk_connections", pgettext("tab", "Connections"), ""),
        ("desk_programme_run", pgettext("event day", "Now"), _hours(facts)),
    ]
    if facts.event.has_place:
        # The list that is ticked; the dashboard has the one that is written.
        buttons.append(("teardown", pgettext("event day", "Teardown"), _teardown(facts)))
    return [
        {
            "label": label,
            "number": number,
            "url": reverse(name, args=[facts.event.public_id]),
            "current": name == current,
        }
        for name, label, number in buttons
    ]


def _clock(facts: Facts, name: str) -> str:
    instant = getattr(facts.event, name, None) or getattr(facts.numbers, name)
    return dates.clock(instant, facts.event.time_zone, get_language() or "en")


def _arrived(facts: Facts) -> str:
    return _("%(arrived)s of %(expected)s") % {"arrived": facts.numbers.arrived, "expected": facts.numbers.expected}


def _hours(facts: Facts) -> str:
    event = facts.event
    if facts.at < event.starts_at:
        return _("starts %(time)s") % {"time": _clock(facts, "starts_at")}
    if event.is_over(facts.at):
        return pgettext("event", "over")
    minutes = -int((facts.at - event.ends_at).total_seconds() // 60)
    return ngettext("%(minutes)s min left", "%(minutes)s min left", minutes) % {"minutes": minutes}


def _teardown(facts: Facts) -> str:
    """Before it begins: who will do it, and from when. Then: what is left."""
    numbers = facts.numbers
    if numbers.chores and (numbers.chores_left < numbers.chores or facts.event.is_over(facts.at)):
        return _("%(count)s left") % {"count": numbers.chores_left} if numbers.chores_left else _("all done")
    if numbers.teardown_at is None:
        return ""
    people = f"{numbers.teardown_taken}/{numbers.teardown_places}"
    return _("%(people)s from %(time)s") % {"people": people, "time": _clock(facts, "teardown_at")}
