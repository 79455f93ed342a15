"""An organizer edits an event or moves it to another date."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.core.versions import refuse_what_has_changed, version_of
from meetups.events.models import Event, Undo
from meetups.events.undo import keep_undo, mail_leaves_at
from meetups.history.models import record
from meetups.lifecycle.dates_that_move import move_along
from meetups.lifecycle.moved_dates import MovedDate, as_json, dates_of, moved
from meetups.lifecycle.new_event import DateHasPassed
from meetups.lifecycle.participants import by_group, parts_of
from meetups.lifecycle.rehearsal_people import whose_rehearsal_is_ahead
from meetups.notifications.notify import notification, notify_all
from meetups.registrations.dates_that_move import EventMove
from meetups.registrations.models import Lottery
from meetups.registrations.pen.seats import Seats, seats_of

# What the form shows.
EDITED = (
    *("title", "hook", "description", "language", "other_title", "other_hook", "other_description"),
    *("hashtag", "visibility", "attendee_list", "format"),
    *("starts_at", "ends_at", "time_zone"),
    *("venue_name", "venue_address", "venue_capacity", "venue_conduct", "join_url", "reminders_on", "reminder_times"),
)
# Changes that people with a part must hear of at once. They see all other changes on the page.
TOLD = ("starts_at", "ends_at", "time_zone", "format", "venue_name", "venue_address", "join_url")
# History says that these changed, not how.
LONG_TEXTS = ("description", "other_description", "venue_conduct")
MOVES = ("starts_at", "ends_at", "time_zone")
REMINDS = ("reminders_on", "reminder_times")
# What a change of dates writes besides.
GOES_ALONG = ("schedule_version", "schedule_since", "reminder_times_since")


class DrawIsAnnounced(DomainError):
    message = _("Entries have closed and the draw time is announced. The event can’t begin before its draw.")


def event_version(event: Event) -> str:
    """The version of all that the form shows."""
    return version_of(event, EDITED)


@dataclass(frozen=True)
class ChangeOfEvent:
    """What a change does: the event as it is then, the fields with old and new values, the dates that move along, and who is told."""

    event: Event
    changed: dict[str, list[object]]
    moved: list[MovedDate]
    people: int
    waits: bool = False
    news: dict[str, list[object]] = field(default_factory=dict)


class _OnlyToSee(Exception):
    """Rolls the transaction back."""

    def __init__(self, change: ChangeOfEvent) -> None:
        self.change = change


def change_event(
    *,
    event: Event,
    fields: dict[str, object],
    seen: str | None = None,
    tell: Collection[str] | None = None,
    at: datetime,
    by: User,
) -> ChangeOfEvent:
    """Writes `fields` of Event.

    If time or place of a published event change, everyone with a part gets one message. With `tell` (groups of `by_group`) these
    groups get it, whatever has changed. If a rehearsal moves, the people who belong to it get the message too. All changes within
    ten minutes are in one message (RULES 102), and for as long the change can be taken back (RULES 193).

    When the start moves, shifts, deadlines, the rehearsal and an open lottery move by the same distance on the wall clock. The
    schedule version rises, so reminders of the old date are void. When the times of reminders change, those that have passed by
    then are not sent (RULES 97).

    A cancelled event or an event that is over can be edited too, but no one is told of it. `seen` is the `event_version` that the
    form was filled from. Raises ChangedMeanwhile, DateHasPassed, TooSoonForALottery, DrawIsAnnounced.
    """
    return _change(event=event, fields=fields, seen=seen, tell=tell, at=at, by=by)


def foresee_change(*, event: Event, fields: dict[str, object], at: datetime, by: User) -> ChangeOfEvent:
    """What `change_event` would do, without doing it. Raises what it would raise."""
    try:
        return _change(event=event, fields=fields, seen=None, tell=None, at=at, by=by, only_to_see=True)
    except _OnlyToSee as seen:
        return seen.change


def _change(
    *,
    event: Event,
    fields: dict[str, object],
    seen: str | None,
    tell: Collection[str] | None,
    at: datetime,
    by: User,
    only_to_see: bool = False,
) -> ChangeOfEvent:
    with seats_of(event, at=at) as seats:
        event = seats.event
        changed = {
            name: [getattr(event, name), value] for name, value in fields.items() if getattr(event, name) != value
        }
        if not changed:
            return ChangeOfEvent(event, {}, [], 0)
        refuse_what_has_changed(seen, event_version(event))
        # Writers that do not lock the seats (a call, a tick) wait for this lock and then read the new date.
        Event.objects.select_for_update(no_key=True).only("pk").get(pk=event.pk)
        old_start, old_end = event.starts_at, event.ends_at
        rest = {name: getattr(event, name) for name in GOES_ALONG}
        dates = dates_of(event)
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
        is_material = any(name in changed for name in TOLD)
        if is_material:
            event.raise_sequence(at)
        event.save()
        texts = [name for name in changed if name in LONG_TEXTS]
        entry = record(
            thread=event.thread,
            subject=f"event:{event.pk}",
            verb="change_event",
            at=at,
            by=by,
            from_state=event.state,
            to_state=event.state,
            changed={
                name: [_plain(old), _plain(new)] for name, (old, new) in changed.items() if name not in LONG_TEXTS
            },
            **({"texts": texts} if texts else {}),
        )
        groups = by_group(parts_of(event)) if is_told else {}
        people = {pk for group, pks in groups.items() for pk in pks if (is_material if tell is None else group in tell)}
        if people and event.starts_at != old_start:
            people |= whose_rehearsal_is_ahead(event, at=at, by=by)
        until = mail_leaves_at(old_start, event.starts_at, at=at)
        notify_all(
            notification(
                kind="event_changed",
                recipient_id=person,
                thread=event.thread,
                subject=f"event:{event.pk}",
                cause=entry.pk,
                at=at,
                due_at=until,
            )
            for person in sorted(people)
        )
        after = dates_of(event)
        if is_told:
            keep_undo(
                event,
                Undo.Kind.CHANGE,
                subject=f"event:{event.pk}",
                at=at,
                by=by,
                until=until,
                people=len(people),
                before={
                    "entry": entry.pk,
                    "fields": {name: [_plain(old), _plain(new)] for name, (old, new) in changed.items()},
                    "along": {name: _plain(value) for name, value in rest.items()},
                    "dates": as_json(dates, after),
                },
            )
        for kept in seats.holds.outlived(at=at):
            # The event was over, and has another date now.
            seats.holds.let_fall(kept, at=at, by=by)
        if event.is_published:
            # A later date may open promotion again: people in the queue get the seats that became free in the meantime (RULES 5).
            for slot in seats.slots.values():
                seats.queue.promote(slot, at=at)
                seats.queue.pass_on(slot, at=at)
        change = ChangeOfEvent(
            event, changed, list(moved(dates, after)), len(people), until > at, entry.details["changed"]
        )
        if only_to_see:
            raise _OnlyToSee(change)
        return change


def _refuse_impossible_start(seats: Seats, *, old_start: datetime, at: datetime) -> None:
    """A typing error in the year must not run a draw. A draw whose entries have closed cannot move."""
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
