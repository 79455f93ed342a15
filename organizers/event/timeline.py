"""The past and future steps of an event, with today between them."""

from dataclasses import dataclass, field
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
from meetups.volunteers.models import Shift
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


@dataclass(frozen=True)
class _Line:
    """Writes rows of one event as they read at `at`."""

    event: Event
    at: datetime
    language: str
    by_itself: str = field(default_factory=lambda: pgettext("who", "automatic"))

    def row(
        self,
        instant: datetime,
        what: str,
        *,
        who: str = "",
        url: str = "",
        late: bool = False,
        until: datetime | None = None,
    ) -> TimelineRow:
        under_way = until is not None and instant <= self.at < until
        state = "late" if late else "done" if instant <= self.at and not under_way else ""
        more = pgettext("shift", "in progress") if under_way else ""
        when = dates.short_moment(instant, self.event.time_zone, self.language)
        return TimelineRow(instant, when, what, who, url, state, more=more)

    def url(self, name: str, *more: object) -> str:
        return reverse(name, args=[self.event.public_id, *more])


def line_of_time(view: Overview, at: datetime) -> list[TimelineRow]:
    """The rows in the order of time; today stands between past and future."""
    event = view.event
    line = _Line(event, at, get_language() or "en")
    rows = [*_registration(view, line), *_rehearsal(view, line)]
    if event.reminders_on and not event.is_cancelled:
        rows += [
            line.row(moment.due_at, str(REMINDERS[moment.kind]), who=line.by_itself) for moment in _reminders(view)
        ]
    arrived = f"{view.checked_in} / {view.confirmed}" if event.starts_at <= at else ""
    rows.append(line.row(event.starts_at, _("Start"), who=arrived))
    rows.append(line.row(event.ends_at, _("End")))
    rows += [*_shifts(view, line), *_messages(view, line)]
    closes_at = view.call and (view.call.closed_at or view.call.closes_at)
    if closes_at:
        rows.append(line.row(closes_at, _("Call for speakers closes"), url=line.url("desk_call")))
    if event.cancelled_at:
        rows.append(line.row(event.cancelled_at, pgettext("event", "Canceled")))
    today = dates.short_day(at, event.time_zone, line.language)
    return with_today(sorted(rows, key=lambda one: one.at), at, today)


def _registration(view: Overview, line: _Line) -> list[TimelineRow]:
    event, rows = view.event, []
    if event.published_at:
        rows.append(line.row(event.published_at, pgettext("step", "Published")))
    if event.registration_opens_at:
        rows.append(line.row(event.registration_opens_at, _("Registration opens"), who=line.by_itself))
    for lottery in view.lotteries:
        rows += _draw(view, lottery, line)
    return rows


def _rehearsal(view: Overview, line: _Line) -> list[TimelineRow]:
    if not view.rehearsal:
        return []
    speakers = len(view.talks_in(Talk.State.ACCEPTED, Talk.State.CONFIRMED))
    who = ngettext("%(count)s speaker", "%(count)s speakers", speakers) % {"count": speakers}
    return [line.row(view.rehearsal.starts_at, _("Rehearsal"), who=who, url=line.url("desk_rehearsal"))]


def _shifts(view: Overview, line: _Line) -> list[TimelineRow]:
    """The shifts, and the times when the product looks for missing volunteers."""
    url = line.url("desk_shifts")
    rows = [
        line.row(
            shift.starts_at, _shift_words(shift), who=f"{shift.taken} / {shift.maximum}", url=url, until=shift.ends_at
        )
        for shift in view.shifts
    ]
    looks = _("Check for missing volunteers")
    return rows + [line.row(instant, looks, who=line.by_itself, url=url) for instant in _checks(view)]


def _shift_words(shift: Shift) -> str:
    if shift.role == shift.phase:
        return shift.title
    return _("%(phase)s: %(shift)s") % {"phase": shift.get_phase_display(), "shift": shift.title}


def _messages(view: Overview, line: _Line) -> list[TimelineRow]:
    return [
        line.row(
            message.left_at,
            _("Message: %(subject)s") % {"subject": subject_of(message, line.language, view.event)},
            who=line.by_itself if message.recipients is None else people(message.recipients),
            url=line.url("desk_message", message.pk),
        )
        for message in view.messages
    ]


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


def _draw(view: Overview, lottery: Lottery, line: _Line) -> list[TimelineRow]:
    [state] = [one for one in view.slots if one.lottery == lottery]
    entries = ngettext("%(count)s entry", "%(count)s entries", state.applied) % {"count": state.applied}
    overdue = lottery.is_overdue(line.at) and view.event.is_published
    drawn_at = lottery.drawn_at or lottery.draws_at
    return [
        line.row(lottery.closes_at, _("Entries close"), who="" if lottery.is_drawn else entries),
        line.row(drawn_at, pgettext("step", "Draw"), who=line.by_itself, url=line.url("desk_draw"), late=overdue),
    ]
