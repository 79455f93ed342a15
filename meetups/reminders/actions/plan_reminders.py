"""The clock reminds people of an event."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Prefetch, Q

from meetups.core.each import each
from meetups.events.models import USUAL_REMINDER_TIMES, Event, Undo
from meetups.events.reminder_times import FARTHEST_DAYS
from meetups.lifecycle.due_reminders import (
    READINESS_DAYS,
    DueReminder,
    attendee_moments,
    connection_moments,
    readiness_moments,
    rehearsal_moments,
    shift_moments,
)
from meetups.notifications.models import Notification
from meetups.notifications.notify import notification, notify_all
from meetups.reminders.recipients import open_shifts, recipients
from meetups.speakers.models import Rehearsal, Talk
from meetups.volunteers.models import Shift

# The earliest usual reminder leaves at noon three days before the day of the event. Organizers may choose earlier ones.
USUAL_FARTHEST = timedelta(days=4)
FARTHEST = timedelta(days=FARTHEST_DAYS + 1)
READINESS_FARTHEST = timedelta(days=max(READINESS_DAYS) + 1)
# No shift is this long after the start of its event, and no rehearsal is after it. Earlier events are over with all their parts.
LONGEST = timedelta(days=30)
# The recipients are fixed when a reminder falls due. A registration in progress at that moment is found within this time.
SETTLED_AFTER = timedelta(minutes=10)


@dataclass(frozen=True)
class Planned:
    """The result of one run: the number of new `messages` at `events` events. Messages that existed already do not count.
    `failed` names the events whose planning raised an error.
    """

    messages: int
    events: int
    failed: list[str]


def plan_reminders(*, at: datetime) -> Planned:
    """Puts every reminder that is due at `at` into the outbox.

    It may run twice, late, or from two clocks: each reminder goes once (RULES 29).

    A person who joined only after the reminder was due does not get it. The number of queries does not depend on how many people
    take part.
    """
    run = each(_near(at), lambda event: _plan_due(event, at))
    return Planned(sum(run.results), sum(map(bool, run.results)), run.failed)


def _near(at: datetime) -> Iterable[Event]:
    """The events that may have a reminder now."""
    shifts = Shift.objects.open()
    soon = shifts.filter(event=OuterRef("pk"), starts_at__gt=at, starts_at__lt=at + timedelta(days=2))
    talks = Talk.objects.coming().filter(event=OuterRef("pk"))
    # They say what was changed only when that stands (RULES 226).
    changed = Undo.objects.filter(event=OuterRef("pk"), kind=Undo.Kind.CHANGE, until__gt=at)
    return (
        Event.objects.published()
        .filter(
            Q(starts_at__gt=at, starts_at__lt=at + USUAL_FARTHEST)
            | Q(~Q(reminder_times=USUAL_REMINDER_TIMES), starts_at__gt=at, starts_at__lt=at + FARTHEST)
            | Q(rehearsal__starts_at__gt=at, rehearsal__starts_at__lt=at + timedelta(days=2))
            | Exists(soon)
            | Q(Exists(talks), starts_at__gt=at, starts_at__lt=at + READINESS_FARTHEST),
            reminders_on=True,
            starts_at__gt=at - LONGEST,
        )
        .exclude(Exists(changed))
        .select_related("rehearsal")
        .prefetch_related(Prefetch("shifts", queryset=shifts.in_order(), to_attr="open_shifts"))
        .order_by("starts_at", "pk")
    )


def _moments(event: Event) -> list[DueReminder]:
    rehearsal: Rehearsal | None = getattr(event, "rehearsal", None)
    return [
        *attendee_moments(event),
        *shift_moments(event, open_shifts(event)),
        *rehearsal_moments(event, rehearsal),
        *connection_moments(event),
        *readiness_moments(event),
    ]


def _plan_due(event: Event, at: datetime) -> int:
    due = [moment for moment in _moments(event) if moment.is_due(event, at)]
    return _plan(event, due, at) if due else 0


def _plan(event: Event, due: list[DueReminder], at: datetime) -> int:
    """Plans all of an event's reminders in one transaction, so that the messages for one mail are found together."""
    with transaction.atomic():
        kinds = {moment.kind for moment in due}
        there = set(Notification.objects.filter(thread=event.thread, kind__in=kinds).values_list("key", flat=True))
        rows = []
        for moment in due:
            cause = moment.cause(event)
            settled = at >= moment.due_at + SETTLED_AFTER
            if settled and any(key.startswith(f"{moment.kind}:") and key.endswith(f":{cause}") for key in there):
                continue
            rows += [
                notification(
                    kind=moment.kind,
                    recipient_id=person,
                    thread=event.thread,
                    subject=f"event:{event.pk}",
                    cause=cause,
                    at=at,
                    due_at=moment.due_at,
                    not_after=moment.not_after,
                )
                for person in sorted(recipients(moment, event))
            ]
        return notify_all(row for row in rows if row.key not in there)
