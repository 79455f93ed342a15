"""The times of reminders, on the venue's wall clock. Pure functions."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from meetups.core.zones import at_wall, days_before
from meetups.events.models import Event
from meetups.events.reminder_times import read_times
from meetups.speakers.models import Rehearsal
from meetups.volunteers.models import Shift

MIDNIGHT = time(0)
MORNING = time(9)
EVENING = time(18)
# People who have to be somewhere early are reminded this long before.
EARLY = timedelta(hours=3)
SOON = timedelta(minutes=30)
# On these days before the event, speakers hear which details are missing.
READINESS_DAYS = (7, 2)
# Thanks come on the day after, and are useful for this long. So a clock that was stopped does not send them weeks later.
THANKS = time(10)
THANKS_HOLD = timedelta(days=3)
# The kinds of reminders on the day itself and on the day before. Earlier ones share a kind and differ by the number of days.
DAYS = {0: ("reminder_day", ""), 1: ("reminder_eve", "")}
SOME_DAYS = "reminder_days"


@dataclass(frozen=True)
class DueReminder:
    """A kind of reminder with its time: due from `due_at`, useless from `not_after`.

    `set_at` is the time when the reminder's subject was given its time, if that was not together with the event's own date.
    `which` tells it apart from others of its kind at the same event.
    """

    kind: str
    due_at: datetime
    not_after: datetime
    set_at: datetime | None = None
    which: str = ""

    def is_due(self, event: Event, at: datetime) -> bool:
        """Whether to plan it at `at`. A reminder whose time lies before the date was set is never sent (RULES 29)."""
        if event.schedule_since is None:
            return False
        since = max(event.schedule_since, self.set_at or event.schedule_since)
        return since < self.due_at <= at < self.not_after

    def cause(self, event: Event) -> str:
        """The schedule version, and `which` if it is set (RULES 29)."""
        return f"{event.schedule_version}-{self.which}" if self.which else str(event.schedule_version)


def minute(at: datetime) -> str:
    """An instant in the form for a cause."""
    return f"{at:%Y%m%d%H%M}"


def morning_of(starts_at: datetime, zone: str) -> datetime:
    """Nine o'clock on the day of `starts_at`, or three hours before it if that is earlier."""
    return min(days_before(starts_at, 0, MORNING, zone), starts_at - EARLY)


def shift_moment(shift: Shift, event: Event) -> datetime:
    """When a volunteer is reminded of a shift: on the morning of the event, so that both reminders are in one mail.

    A shift on another day, or a shift that begins before that mail would help, has its own morning.
    """
    morning = morning_of(event.starts_at, event.time_zone)
    zone = ZoneInfo(event.time_zone)
    same_day = shift.starts_at.astimezone(zone).date() == event.starts_at.astimezone(zone).date()
    follows = event.starts_at <= shift.starts_at < event.starts_at + timedelta(hours=24)
    if (same_day or follows) and morning <= shift.starts_at - timedelta(hours=1):
        return morning
    return morning_of(shift.starts_at, event.time_zone)


def attendee_moments(event: Event) -> list[DueReminder]:
    """The times in the event's settings.

    Usually three days before at noon, the evening before at six, and the morning of the day (RULES 97).

    The reminder on the day itself leaves at least three hours before the start. Each reminder is useful until the next one. A
    reminder that says "tomorrow" or a number of days is useful until midnight. If two would come in the wrong order, as before an
    event at night, the later one stays.
    """
    zone, start = event.time_zone, event.starts_at
    midnight = days_before(start, 0, MIDNIGHT, zone)
    moments: list[DueReminder] = []
    following = start
    for days, wall in reversed(read_times(event.reminder_times)):
        due_at = days_before(start, days, wall, zone)
        if days == 0:
            due_at = min(due_at, start - EARLY)
        not_after = following if days == 0 else min(following, midnight)
        if due_at < not_after:
            kind, which = DAYS.get(days, (SOME_DAYS, str(days)))
            moments.append(DueReminder(kind, due_at, not_after, event.reminder_times_since, which))
            following = due_at
    return moments[::-1]


def shift_moments(event: Event, shifts: list[Shift]) -> list[DueReminder]:
    """The mornings on which volunteers are reminded. Each is useful until its last shift begins."""
    ends: dict[datetime, datetime] = {}
    for shift in shifts:
        due_at = shift_moment(shift, event)
        ends[due_at] = max(shift.starts_at, ends.get(due_at, shift.starts_at))
    usual = morning_of(event.starts_at, event.time_zone)
    return [
        # A person may have several mornings. A morning other than the event's own adds its time.
        DueReminder("shift_day", due_at, not_after, which="" if due_at == usual else minute(due_at))
        for due_at, not_after in sorted(ends.items())
    ]


def rehearsal_moments(event: Event, rehearsal: Rehearsal | None) -> list[DueReminder]:
    """The morning of the rehearsal's own day, and half an hour before the rehearsal."""
    if rehearsal is None:
        return []
    soon = rehearsal.starts_at - SOON
    morning = morning_of(rehearsal.starts_at, event.time_zone)
    return [
        # The rehearsal moves without the event, so its reminders are told apart by their time.
        DueReminder("rehearsal_day", morning, soon, rehearsal.set_at, minute(morning)),
        DueReminder("rehearsal_soon", soon, rehearsal.starts_at, rehearsal.set_at, minute(soon)),
    ]


def connection_moments(event: Event) -> list[DueReminder]:
    """Half an hour before the start of a streamed event."""
    return [DueReminder("connection_check", event.starts_at - SOON, event.starts_at)] if event.has_stream else []


def readiness_moments(event: Event) -> list[DueReminder]:
    """Seven and two days before the event at six in the evening. Each is useful for a day (RULES 89)."""
    found = []
    for days in READINESS_DAYS:
        due_at = days_before(event.starts_at, days, EVENING, event.time_zone)
        found.append(DueReminder("readiness_open", due_at, due_at + timedelta(days=1), which=str(days)))
    return found


def thanks_moment(event: Event, shifts: list[Shift]) -> DueReminder:
    """Ten o'clock on the day after the event. If a shift lasts longer, on the first day after that shift (RULES 76)."""
    last = max([event.ends_at, *(shift.ends_at for shift in shifts)])
    day = event.ends_at.astimezone(event.zone).date()
    due_at = event.ends_at
    while due_at <= last:
        day += timedelta(days=1)
        due_at = at_wall(day, THANKS, event.time_zone)
    return DueReminder("shift_thanks", due_at, due_at + THANKS_HOLD)
