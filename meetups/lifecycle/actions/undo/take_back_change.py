"""An organizer takes back a change of an event before anyone hears of it."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.events.models import Event, Undo
from meetups.events.undo import claim_undo
from meetups.history.models import record
from meetups.lifecycle.messages.message_steps import schedule_again
from meetups.lifecycle.moved_dates import put_back
from meetups.notifications.notify import drop
from meetups.registrations.models import Lottery
from meetups.registrations.pen.seats import Seats, seats_of
from meetups.registrations.refusals import refuse_unless_published


class ChangedSince(DomainError):
    message = _("Someone has changed the same thing since. Undo that first, or edit the event.")


class DrawnSince(DomainError):
    message = _("A lottery has closed since, and would be drawn after the start. Edit the event instead.")


def take_back_change(*, undo: Undo, at: datetime, by: User) -> Event:
    """The event and every date that moved along are what they were, and no one hears of the change (RULES 193).

    What happened since stays: seats, draws, and dates that someone has set. Raises UndoHasEnded, ChangedSince, DrawnSince, and
    EventClosed where the event was canceled since.
    """
    with seats_of(undo.event, at=at) as seats:
        event = seats.event
        undo = claim_undo(undo, at=at)
        refuse_unless_published(event)
        kept = undo.before
        if any(_plain(getattr(event, name)) != new for name, (_old, new) in kept["fields"].items()):
            raise ChangedSince
        # Writers that do not lock the seats wait for this lock and then read the old date.
        Event.objects.select_for_update(no_key=True).only("pk").get(pk=event.pk)
        for name, (old, _new) in kept["fields"].items():
            setattr(event, name, _read(name, old))
        _refuse_a_late_draw(seats)
        if {"starts_at", "ends_at", "time_zone", "reminder_times", "reminders_on"} & kept["fields"].keys():
            for name, value in kept["along"].items():
                setattr(event, name, _read(name, value))
        # What was kept before notes were there has none.
        event.change_note = kept.get("note", event.change_note)
        event.raise_sequence(at)
        event.save()
        drop(kind="event_changed", thread=event.thread, cause=kept["entry"])
        record(
            thread=event.thread,
            subject=f"event:{event.pk}",
            verb="take_back_change",
            at=at,
            by=by,
            from_state=event.state,
            to_state=event.state,
        )
        for message in put_back(kept["dates"]):
            schedule_again(message, event, at=at, by=by)
        undo.delete()
        for slot in seats.slots.values():
            slot.refresh_from_db(fields=["closes_at", "free_cancellation_ends_at", "promotion_stops_at"])
            lottery = seats.lottery_of(slot)
            if lottery:
                lottery.refresh_from_db()
            # Moving up may be open again: the next get what became free meanwhile (RULES 5).
            seats.queue.promote(slot, at=at)
            seats.queue.pass_on(slot, at=at)
        return event


def _refuse_a_late_draw(seats: Seats) -> None:
    for lottery in filter(None, map(seats.lottery_of, seats.slots.values())):
        waits = lottery.state in {Lottery.State.FROZEN, Lottery.State.SEEDED}
        if waits and seats.event.starts_at <= lottery.draws_at:
            raise DrawnSince


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _read(name: str, value: Any) -> Any:
    """A value as it was kept: `to_python` of its column reads dates."""
    return Event._meta.get_field(name).to_python(value)  # type: ignore[union-attr]
