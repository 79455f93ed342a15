"""The past and future steps of an event, with today between them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext
from django.utils.translation import gettext as _

from meetups.core import dates
from meetups.events.models import Event
from meetups.lifecycle.due_reminders import DueReminder, attendee_moments, connection_moments, rehearsal_moments
from meetups.lifecycle.models import Message
from meetups.registrations.models import Lottery
from meetups.speakers.models import Talk
from meetups.volunteers.staffing import usual_help_at
from organizers.event.dashboard_facts import Overview
from organizers.messages.audience_words import people

# The reminders on the timeline, in the words of the desk. A shift's own morning reminder belongs to the shift's row.
REMINDERS = {
    "reminder_days": gettext_lazy("Reminder to confirmed attendees"),
    "reminder_eve": gettext_lazy("Reminder to confirmed attendees"),
    "reminder_day": gettext_lazy("Reminder on the day"),
    "rehearsal_day": gettext_lazy("Rehearsal reminder"),
    "rehearsal_soon": gettext_lazy("Rehearsal in 30 minutes: email to speakers and organizers"),
    "connection_check": gettext_lazy("Connection check: email to the speakers"),
}


@dataclass(frozen=True)
class TimelineRow:
    """One line. `when`, `what` and `more` are text. `state` is done, late or empty. `today` marks the line of today."""

    at: datetime
    when: str
    what: str
    who: str = ""
    url: str = ""
    state: str = ""
    today: bool = False
    more: str = ""


def line_of_time(view: Overview, at: datetime) -> list[TimelineRow]:
    """The rows in the order of time; today stands between past and future."""
    event = view.event
    language, zone = get_language() or "en", event.time_zone

    def row(
        instant: datetime, what: str, *, who: str = "", url: str = "", late: bool = False, until: datetime | None = None
    ) -> TimelineRow:
        under_way = until is not None and instant <= at < until
        state = "late" if late else "done" if instant <= at and not under_way else ""
        more = pgettext("shift", "in progress") if under_way else ""
        return TimelineRow(instant, dates.short_moment(instant, zone, language), what, who, url, state, more=more)

    by_itself = pgettext("who", "automatic")
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
        rows += [row(moment.due_at, str(REMINDERS[moment.kind]), who=by_itself) for moment in _reminders(view)]
    arrived = f"{view.checked_in} / {view.confirmed}" if event.starts_at <= at else ""
    rows.append(row(event.starts_at, _("Start"), who=arrived))
    rows.append(row(event.ends_at, _("End")))
    shifts_url = reverse("desk_shifts", args=[event.public_id])
    for shift in view.shifts:
        phase = shift.get_phase_display()
        what = (
            _("%(phase)s: %(shift)s") % {"phase": phase, "shift": shift.title}
            if shift.role != shift.phase
            else shift.title
        )
        rows.append(
            row(
                shift.starts_at,
                what,
                who=f"{shift.taken} / {shift.maximum}",
                url=shifts_url,
                until=shift.ends_at,
            )
        )
    rows += [
        row(instant, _("Check for missing volunteers"), who=by_itself, url=shifts_url) for instant in _checks(view)
    ]
    for message in view.messages:
        what = _("Message: %(subject)s") % {"subject": subject_of(message, language, event)}
        who = by_itself if message.recipients is None else people(message.recipients)
        url = reverse("desk_message", args=[event.public_id, message.pk])
        rows.append(row(message.ended_at or message.send_at, what, who=who, url=url))
    closes_at = view.call and (view.call.closed_at or view.call.closes_at)
    if closes_at:
        rows.append(row(closes_at, _("Call for speakers closes"), url=reverse("desk_call", args=[event.public_id])))
    if event.cancelled_at:
        rows.append(row(event.cancelled_at, pgettext("event", "Canceled")))
    return with_today(sorted(rows, key=lambda one: one.at), at, dates.short_day(at, zone, language))


def _checks(view: Overview) -> list[datetime]:
    """The times of the checks for missing volunteers (RULES 66, 71), each listed once.

    If an organizer asked earlier, that time counts.
    """
    if not view.event.is_published:
        return []
    usual = usual_help_at(view.event, [state.slot for state in view.slots])
    planned = [(shift, shift.help_at or usual) for shift in view.shifts]
    return sorted({min(at, shift.help_sought_at or at) for shift, at in planned if at < shift.starts_at})


def subject_of(message: Message, language: str, event: Event) -> str:
    """The subject in the reader's language, else in the event's language, else in the only one."""
    texts = message.texts
    return str((texts.get(language) or texts.get(event.language) or next(iter(texts.values())))["subject"])


def _reminders(view: Overview) -> list[DueReminder]:
    """The reminders that are sent.

    A reminder is left out if its time was past when the date was set, or if it is no longer of use.
    """
    event = view.event
    since = event.schedule_since or event.created_at
    moments = [*attendee_moments(event), *rehearsal_moments(event, view.rehearsal)]
    if view.talks_in(Talk.State.CONFIRMED):
        moments += connection_moments(event)
    return [moment for moment in moments if max(since, moment.set_at or since) < moment.due_at < moment.not_after]


def with_today(rows: list[TimelineRow], at: datetime, today: str) -> list[TimelineRow]:
    """The rows with the line of today between past and future."""
    past = [row for row in rows if row.at <= at]
    return [*past, TimelineRow(at, today, "", today=True), *rows[len(past) :]]


def _draw(view: Overview, lottery: Lottery, at: datetime, row: Callable[..., TimelineRow]) -> list[TimelineRow]:
    [state] = [one for one in view.slots if one.lottery == lottery]
    entries = ngettext("%(count)s entry", "%(count)s entries", state.applied) % {"count": state.applied}
    url = reverse("desk_draw", args=[view.event.public_id])
    overdue = lottery.is_overdue(at) and view.event.is_published
    return [
        row(lottery.closes_at, _("Entries close"), who="" if lottery.is_drawn else entries),
        row(
            lottery.drawn_at or lottery.draws_at,
            pgettext("step", "Draw"),
            who=pgettext("who", "automatic"),
            url=url,
            late=overdue,
        ),
    ]
