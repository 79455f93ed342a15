"""It is time to remind people of an event."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Prefetch, Q

from meetups.communities.models import Membership
from meetups.communities.permissions import Permission, roles_with
from meetups.events.models import Event
from meetups.lifecycle.moments import (
    Moment,
    attendee_moments,
    connection_moments,
    morning_of,
    rehearsal_moments,
    shift_moment,
    shift_moments,
)
from meetups.notifications.models import Notification
from meetups.notifications.notify import notification, notify_all
from meetups.registrations.models import Registration
from meetups.speakers.models import Rehearsal, Talk
from meetups.volunteers.models import Shift, Signup

# The earliest reminder leaves at noon three days before the event's day.
FARTHEST = timedelta(days=4)
# Who is to be reminded is settled when a reminder falls due; people whose registration was being written then are found within this time.
SETTLED_AFTER = timedelta(minutes=10)


@dataclass(frozen=True)
class Planned:
    """What one run found due: `messages` for people at `events` events; those that were there already are not counted."""

    messages: int
    events: int


def plan_reminders(*, at: datetime) -> Planned:
    """Puts every reminder that is due at `at` into the outbox. Twice, late, or from two clocks: each goes once (RULES 29).

    Nobody is reminded of what she took part in only after the reminder was due. The number of queries does not depend on how many
    people take part.
    """
    messages = events = 0
    for event in _near(at):
        due = [moment for moment in _moments(event) if moment.is_due(event, at)]
        planned = _plan(event, due, at) if due else 0
        messages += planned
        events += bool(planned)
    return Planned(messages, events)


def _near(at: datetime) -> Iterable[Event]:
    """The events with anything that a reminder could be about now."""
    shifts = Shift.objects.open()
    soon = shifts.filter(event=OuterRef("pk"), starts_at__gt=at, starts_at__lt=at + timedelta(days=2))
    return (
        Event.objects.published()
        .filter(
            Q(starts_at__gt=at, starts_at__lt=at + FARTHEST)
            | Q(rehearsal__starts_at__gt=at, rehearsal__starts_at__lt=at + timedelta(days=2))
            | Exists(soon),
            reminders_on=True,
        )
        .select_related("rehearsal")
        .prefetch_related(Prefetch("shifts", queryset=shifts.in_order(), to_attr="open_shifts"))
        .order_by("starts_at", "pk")
    )


def _shifts(event: Event) -> list[Shift]:
    return list(getattr(event, "open_shifts", []))


def _moments(event: Event) -> list[Moment]:
    rehearsal: Rehearsal | None = getattr(event, "rehearsal", None)
    return [
        *attendee_moments(event),
        *shift_moments(event, _shifts(event)),
        *rehearsal_moments(event, rehearsal),
        *connection_moments(event),
    ]


def _plan(event: Event, due: list[Moment], at: datetime) -> int:
    """All of an event's reminders in one transaction, so that what belongs into one mail is found together."""
    with transaction.atomic():
        kinds = {moment.kind for moment in due}
        there = set(Notification.objects.filter(thread=event.thread, kind__in=kinds).values_list("key", flat=True))
        rows = []
        for moment in due:
            cause = cause_of(moment, event)
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
                for person in sorted(_recipients(moment, event))
            ]
        return notify_all(row for row in rows if row.key not in there)


def cause_of(moment: Moment, event: Event) -> str:
    """The schedule version; a morning that is not the event's own adds its time, because a person may have several.

    So do the reminders of a rehearsal, which moves without the event.
    """
    if moment.kind in {"rehearsal_day", "rehearsal_soon"}:
        return f"{event.schedule_version}-{moment.due_at:%Y%m%d%H%M}"
    if moment.kind == "shift_day" and moment.due_at != morning_of(event.starts_at, event.time_zone):
        return f"{event.schedule_version}-{moment.due_at:%Y%m%d%H%M}"
    return str(event.schedule_version)


def _recipients(moment: Moment, event: Event) -> set[int]:
    """Whose part it is, and was before the reminder fell due."""
    match moment.kind:
        case "reminder_3_days" | "reminder_eve" | "reminder_day":
            seats = Registration.objects.confirmed().filter(event=event, confirmed_at__lt=moment.due_at)
            return set(seats.values_list("attendee_id", flat=True))
        case "shift_day":
            shifts = [shift.pk for shift in _shifts(event) if shift_moment(shift, event) == moment.due_at]
            signups = Signup.objects.active().filter(shift__in=shifts, signed_up_at__lt=moment.due_at)
            return set(signups.values_list("volunteer_id", flat=True))
        case "connection_check":
            talks = Talk.objects.on_programme().filter(event=event, confirmed_at__lt=moment.due_at)
            return set(talks.values_list("speaker_id", flat=True))
        case _:
            talks = Talk.objects.coming().filter(event=event, accepted_at__lt=moment.due_at)
            team = Membership.objects.filter(
                community_id=event.community_id, role__in=roles_with(Permission.PLAN_EVENTS), since__lt=moment.due_at
            )
            return {*talks.values_list("speaker_id", flat=True), *team.values_list("person_id", flat=True)}
