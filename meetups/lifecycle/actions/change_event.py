"""An event is edited, and moved."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.events.models import Event
from meetups.history.models import record
from meetups.lifecycle.due_reminders import change_told_at
from meetups.lifecycle.moving import move_along
from meetups.lifecycle.new_event import DateHasPassed
from meetups.lifecycle.participants import parts_of
from meetups.lifecycle.rehearsal_people import whose_rehearsal_is_ahead
from meetups.notifications.notify import notification, notify_all
from meetups.registrations.models import Lottery
from meetups.registrations.moving import EventMove
from meetups.registrations.pen.seats import Seats, seats_of

# What people with a part must know at once; the rest they see on the page.
TOLD = ("starts_at", "ends_at", "time_zone", "format", "venue_name", "venue_address", "join_url")
MOVES = ("starts_at", "ends_at", "time_zone")
REMINDS = ("reminders_on", "reminder_times")


class DrawIsAnnounced(DomainError):
    message = _("Entries have closed and the draw time is announced. The event can’t begin before its draw.")


def change_event(*, event: Event, fields: dict[str, object], at: datetime, by: User) -> Event:
    """Writes `fields` of Event; where time or place of a published event change, everyone with a part gets one message, and so
    does who belongs to a rehearsal that moves, for all that is changed within ten minutes (RULES 102).

    When the start moves, shifts, deadlines, the rehearsal, and a lottery that still takes entries move with it by the same
    distance on the wall clock, and the schedule version rises: reminders of the old date are void. Where the times of reminders change,
    those that had passed by then are not sent (RULES 97). A cancelled event can be edited too, and one that is over; nobody is told of that. Raises DateHasPassed, TooSoonForALottery, DrawIsAnnounced.
    """
    with seats_of(event, at=at) as seats:
        event = seats.event
        changed = {
            name: [getattr(event, name), value] for name, value in fields.items() if getattr(event, name) != value
        }
        if not changed:
            return event
        # What is written about an event without its seats, such as a call or a tick, waits for this, and then reads the new date.
        Event.objects.select_for_update(no_key=True).only("pk").get(pk=event.pk)
        old_start, old_end = event.starts_at, event.ends_at
        is_told = event.is_published and not event.is_over(at)
        for name, value in fields.items():
            setattr(event, name, value)
        if any(name in changed for name in MOVES):
            event.schedule_version += 1
            event.schedule_since = at if event.state != Event.State.DRAFT else None
            _refuse_impossible_start(seats, old_start=old_start, at=at)
            move_along(EventMove(seats, old_start=old_start, old_end=old_end, at=at, by=by))
        if any(name in changed for name in REMINDS) and event.state != Event.State.DRAFT:
            event.reminder_times_since = at
        told = [name for name in TOLD if name in changed]
        if told:
            event.raise_sequence(at)
        event.save()
        entry = record(
            thread=event.thread,
            subject=f"event:{event.pk}",
            verb="change_event",
            at=at,
            by=by,
            from_state=event.state,
            to_state=event.state,
            changed={name: [_plain(old), _plain(new)] for name, (old, new) in changed.items() if name != "description"},
        )
        if told and is_told:
            people = {part.person.pk for part in parts_of(event)}
            if event.starts_at != old_start:
                people |= whose_rehearsal_is_ahead(event, at=at, by=by)
            notify_all(
                notification(
                    kind="event_changed",
                    recipient_id=person,
                    thread=event.thread,
                    subject=f"event:{event.pk}",
                    cause=entry.pk,
                    at=at,
                    due_at=change_told_at(old_start, event.starts_at, at=at),
                )
                for person in sorted(people)
            )
        if event.is_published:
            # A later date may open promotion again: who waits moves up into what became free in the meantime (RULES 5).
            for slot in seats.slots.values():
                seats.queue.promote(slot, at=at)
                seats.queue.pass_on(slot, at=at)
        return event


def _refuse_impossible_start(seats: Seats, *, old_start: datetime, at: datetime) -> None:
    """A slip of the pen in the year must not run a draw; and a draw whose entries have closed cannot move."""
    event = seats.event
    if not event.is_published or event.starts_at == old_start:
        return
    if event.starts_at <= at:
        raise DateHasPassed
    for lottery in filter(None, map(seats.lottery_of, seats.slots.values())):
        waits = lottery.state in {Lottery.State.FROZEN, Lottery.State.SEEDED}
        if waits and event.starts_at <= lottery.draws_at:
            raise DrawIsAnnounced


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
