"""An organizer edits an event or moves it to another date."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self, cast

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.core.versions import refuse_what_has_changed, version_of
from meetups.events.models import Event, Undo
from meetups.events.undo import keep_undo, mail_leaves_at
from meetups.history.models import record
from meetups.lifecycle.change_mail import in_groups, tell_of_change
from meetups.lifecycle.dates_that_move import move_along
from meetups.lifecycle.moved_dates import Dates, MovedDate, as_json, dates_of, differences
from meetups.lifecycle.new_event import DateHasPassed
from meetups.lifecycle.participants import GROUPS
from meetups.lifecycle.rehearsal_people import whose_rehearsal_is_ahead
from meetups.notifications.notify import postpone_dated
from meetups.registrations.dates_that_move import EventMove
from meetups.registrations.models import Lottery
from meetups.registrations.opening import refuse_late_opening
from meetups.registrations.pen.seats import Seats, seats_of

# What the form shows.
EDITED = (
    *("title", "hook", "description", "language", "other_title", "other_hook", "other_description"),
    *("hashtag", "visibility", "attendee_list", "format"),
    *("starts_at", "ends_at", "time_zone", "registration_opens_at"),
    *("venue_name", "venue_address", "prefecture", "venue_directions", "venue_capacity", "venue_conduct"),
    *("other_venue_name", "other_venue_address", "other_venue_directions", "other_venue_conduct"),
    *("join_url", "reminders_on", "reminder_times"),
)
# Changes that people with a part must hear of at once. They see all other changes on the page.
TOLD = ("starts_at", "ends_at", "time_zone", "format", "venue_name", "venue_address", "join_url")
# History says that these changed, not how.
LONG_TEXTS = (
    *("description", "other_description", "venue_conduct", "other_venue_conduct"),
    *("venue_directions", "other_venue_directions"),
)
MOVES = ("starts_at", "ends_at", "time_zone")
REMINDS = ("reminders_on", "reminder_times")
# The changed fields: what they were, and what they are.
type Changed = dict[str, list[object]]
# What a change of dates writes besides.
GOES_ALONG = ("schedule_version", "schedule_since", "reminder_times_since")


class DrawIsAnnounced(DomainError):
    message = _("Entries have closed and the draw time is announced. The event can’t begin before its draw.")


class NotADraftAnyMore(DomainError):
    message = _("This event is public now, so it isn’t saved by itself. Press Save.")


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


@dataclass(frozen=True)
class _Before:
    """What the change is compared with, and what brings it back."""

    starts_at: datetime
    ends_at: datetime
    is_told: bool
    along: dict[str, object]
    dates: Dates
    note: str

    @classmethod
    def of(cls, event: Event, *, at: datetime) -> Self:
        return cls(
            event.starts_at,
            event.ends_at,
            event.is_published and not event.is_over(at),
            {name: getattr(event, name) for name in GOES_ALONG},
            dates_of(event),
            event.change_note,
        )

    def as_undo(self, entry: int, changed: Changed, after: Dates) -> dict[str, object]:
        return {
            "entry": entry,
            "fields": {name: [_plain(old), _plain(new)] for name, (old, new) in changed.items()},
            "along": {name: _plain(value) for name, value in self.along.items()},
            "dates": as_json(self.dates, after),
            "note": self.note,
        }


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
    note: str = "",
    by_itself: bool = False,
    at: datetime,
    by: User,
) -> ChangeOfEvent:
    """Writes `fields` of Event.

    If time or place of a published event change, everyone with a part gets one message. With `tell` (groups of `by_group`) these
    groups get it, whatever has changed. If a rehearsal moves, the people who belong to it get the message too. All changes within
    ten minutes are in one message (RULES 102), and for as long the change can be taken back (RULES 193). `note` is what the
    organizers add to it; without one, that of a change whose message has not left stays.

    When the start moves, shifts, deadlines, the rehearsal and an open lottery move by the same distance on the wall clock. The
    schedule version rises, so reminders of the old date are void. When the times of reminders change, those that have passed by
    then are not sent (RULES 97).

    A cancelled event or an event that is over can be edited too, but no one is told of it. `seen` is the `event_version` that the
    form was filled from. `by_itself`: the form of a draft saves while it is typed, and only of a draft. Raises ChangedMeanwhile, DateHasPassed, TooSoonForALottery, DrawIsAnnounced,
    OpensAfterTheStart, OpensTooLate, NotADraftAnyMore.
    """
    return _change(event=event, fields=fields, seen=seen, tell=tell, note=note, by_itself=by_itself, at=at, by=by)


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
    note: str = "",
    by_itself: bool = False,
    at: datetime,
    by: User,
    only_to_see: bool = False,
) -> ChangeOfEvent:
    with seats_of(event, at=at) as seats:
        event = seats.event
        if by_itself and event.state != Event.State.DRAFT:
            raise NotADraftAnyMore
        fields = _opening_now(event, fields, at=at)
        changed = {
            name: [getattr(event, name), value] for name, value in fields.items() if getattr(event, name) != value
        }
        if not changed:
            return ChangeOfEvent(event, {}, [], 0)
        refuse_what_has_changed(seen, event_version(event))
        # Writers that do not lock the seats (a call, a tick) wait for this lock and then read the new date.
        Event.objects.select_for_update(no_key=True).only("pk").get(pk=event.pk)
        before = _Before.of(event, at=at)
        _write(seats, fields, changed, before, at=at, by=by)
        texts = [name for name in changed if name in LONG_TEXTS]
        entry = record(
            thread=event.thread,
            subject=f"event:{event.pk}",
            verb="save_draft" if by_itself else "change_event",
            at=at,
            by=by,
            from_state=event.state,
            to_state=event.state,
            changed={
                name: [_plain(old), _plain(new)] for name, (old, new) in changed.items() if name not in LONG_TEXTS
            },
            **({"texts": texts} if texts else {}),
        )
        groups = tell if tell is not None else GROUPS if _is_material(changed) else ()
        people = in_groups(event, groups) if before.is_told else set()
        if people and event.starts_at != before.starts_at:
            people |= whose_rehearsal_is_ahead(event, at=at, by=by)
        until = mail_leaves_at(before.starts_at, event.starts_at, at=at)
        tell_of_change(event, people, note=note, cause=entry.pk, at=at, until=until)
        after = dates_of(event)
        if before.is_told:
            if until > at:
                postpone_dated(event.thread, until=until)
            keep_undo(
                event,
                Undo.Kind.CHANGE,
                subject=f"event:{event.pk}",
                at=at,
                by=by,
                until=until,
                people=len(people),
                before=before.as_undo(entry.pk, changed, after),
            )
        _fill_seats(seats, at=at, by=by)
        change = ChangeOfEvent(
            event, changed, list(differences(before.dates, after)), len(people), until > at, entry.details["changed"]
        )
        if only_to_see:
            raise _OnlyToSee(change)
        return change


def _opening_now(event: Event, fields: dict[str, object], *, at: datetime) -> dict[str, object]:
    """If a public event loses its opening time, it opens now, to the minute, and the people who asked are notified."""
    if not event.is_published or "registration_opens_at" not in fields or fields["registration_opens_at"]:
        return fields
    now = at.replace(second=0, microsecond=0)
    return fields | {"registration_opens_at": now if event.opens_later(at) else event.registration_opens_at}


def _write(
    seats: Seats, fields: dict[str, object], changed: Changed, before: _Before, *, at: datetime, by: User
) -> None:
    """Writes the fields, and what moves along with the dates."""
    event = seats.event
    for name, value in fields.items():
        setattr(event, name, value)
    if any(name in changed for name in MOVES):
        event.schedule_version += 1
        event.schedule_since = at if event.state != Event.State.DRAFT else None
        _refuse_impossible_start(seats, old_start=before.starts_at, at=at)
        move_along(EventMove(seats, old_start=before.starts_at, old_end=before.ends_at, at=at, by=by))
    if "registration_opens_at" in changed:
        # The time that was chosen, not the one that moved along.
        event.registration_opens_at = cast(datetime | None, fields["registration_opens_at"])
    if {"starts_at", "registration_opens_at"} & changed.keys():
        refuse_late_opening(event, seats.slots.values(), at=at)
    if any(name in changed for name in REMINDS) and event.state != Event.State.DRAFT:
        event.reminder_times_since = at
    if _is_material(changed):
        event.raise_sequence(at)
    event.save()


def _is_material(changed: Changed) -> bool:
    return any(name in changed for name in TOLD)


def _fill_seats(seats: Seats, *, at: datetime, by: User) -> None:
    """An event that was over may have another date now, and a later date may open promotion again: people in the queue get the seats
    that became free in the meantime (RULES 5)."""
    for kept in seats.holds.outlived(at=at):
        seats.holds.let_fall(kept, at=at, by=by)
    if seats.event.is_published:
        for slot in seats.slots.values():
            seats.queue.promote(slot, at=at)
            seats.queue.pass_on(slot, at=at)


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
