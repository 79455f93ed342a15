"""What was and what will be at an event, with today in it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time

from django.urls import reverse
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from meetups.core import dates
from meetups.core.zones import days_before
from meetups.registrations.models import Lottery
from meetups.speakers.models import Talk
from organizers.overview import Overview

# Days before the start, and the hour on the wall there.
REMINDERS = ((3, 12), (1, 18))


@dataclass(frozen=True)
class Row:
    """One line: `when` and `what` are text, `state` is done, late or empty; `today` marks the line of today."""

    at: datetime
    when: str
    what: str
    who: str = ""
    url: str = ""
    state: str = ""
    today: bool = False


def line_of_time(view: Overview, at: datetime) -> list[Row]:
    """The rows in the order of time; today stands between what was and what comes."""
    event = view.event
    language, zone = get_language() or "en", event.time_zone

    def row(instant: datetime, what: str, *, who: str = "", url: str = "", late: bool = False) -> Row:
        state = "late" if late else "done" if instant <= at else ""
        return Row(instant, dates.short_moment(instant, zone, language), what, who, url, state)

    rows = []
    if event.published_at:
        rows.append(row(event.published_at, pgettext("step", "Published")))
    for lottery in view.lotteries:
        rows += _draw(view, lottery, at, row)
    if view.rehearsal:
        speakers = len(view.talks_in(Talk.State.ACCEPTED, Talk.State.CONFIRMED))
        who = ngettext("%(count)s speaker", "%(count)s speakers", speakers) % {"count": speakers}
        url = reverse("desk_rehearsal", args=[event.public_id])
        rows.append(row(view.rehearsal.starts_at, _("Rehearsal"), who=who, url=url))
    if event.reminders_on and not event.is_cancelled:
        automatic = pgettext("who", "by itself")
        rows += [
            row(
                days_before(event.starts_at, days, time(hour), zone),
                _("Reminder to everyone with a part"),
                who=automatic,
            )
            for days, hour in REMINDERS
            if days_before(event.starts_at, days, time(hour), zone) > (event.schedule_since or event.created_at)
        ]
    arrived = f"{view.checked_in} / {view.confirmed}" if event.starts_at <= at else ""
    rows.append(row(event.starts_at, _("Start"), who=arrived))
    rows.append(row(event.ends_at, _("End")))
    shifts_url = reverse("desk_shifts", args=[event.public_id])
    for shift in view.shifts:
        what = (
            f"{shift.get_phase_display()}: {shift.title}" if shift.title != shift.get_phase_display() else shift.title
        )
        rows.append(
            row(
                shift.starts_at,
                what,
                who=f"{shift.taken} / {shift.maximum}",
                url=shifts_url,
                late=shift.is_short and shift.starts_at <= at < shift.ends_at,
            )
        )
    if event.cancelled_at:
        rows.append(row(event.cancelled_at, pgettext("event", "Cancelled")))
    return with_today(sorted(rows, key=lambda one: one.at), at, dates.short_day(at, zone, language))


def with_today(rows: list[Row], at: datetime, today: str) -> list[Row]:
    """The rows with the line of today between what was and what comes."""
    past = [row for row in rows if row.at <= at]
    return [*past, Row(at, today, "", today=True), *rows[len(past) :]]


def _draw(view: Overview, lottery: Lottery, at: datetime, row: Callable[..., Row]) -> list[Row]:
    [state] = [one for one in view.slots if one.lottery == lottery]
    entries = ngettext("%(count)s entry", "%(count)s entries", state.applied) % {"count": state.applied}
    url = reverse("desk_draw", args=[view.event.public_id])
    overdue = lottery.is_overdue(at) and view.event.is_published
    return [
        row(lottery.closes_at, _("Entries close"), who="" if lottery.is_drawn else entries),
        row(
            lottery.drawn_at or lottery.draws_at,
            pgettext("step", "Draw"),
            who=pgettext("who", "by itself"),
            url=url,
            late=overdue,
        ),
    ]
