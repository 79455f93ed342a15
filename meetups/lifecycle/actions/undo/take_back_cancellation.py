"""An organizer takes back the cancellation of an event before anyone hears of it."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.events.models import Event, Undo
from meetups.events.undo import claim_undo
from meetups.history.models import record
from meetups.lifecycle.messages.message_steps import schedule_again
from meetups.notifications.notify import drop
from meetups.registrations.pen.seats import seats_of


def take_back_cancellation(*, undo: Undo, at: datetime, by: User) -> Event:
    """The event takes place, no one hears of the cancellation, and scheduled messages are scheduled again (RULES 194).

    Seats that became free meanwhile go to the next. Raises UndoHasEnded.
    """
    with seats_of(undo.event, at=at) as seats:
        event = seats.event
        undo = claim_undo(undo, at=at)
        event.state, event.cancelled_at, event.cancel_reason = Event.State.PUBLISHED, None, ""
        event.raise_sequence(at)
        event.save(update_fields=["state", "cancelled_at", "cancel_reason", "sequence", "sequence_since"])
        drop(kind="event_cancelled", thread=event.thread, cause=undo.before["entry"])
        record(
            thread=event.thread,
            subject=undo.subject,
            verb="take_back_cancellation",
            at=at,
            by=by,
            from_state=Event.State.CANCELLED,
            to_state=event.state,
        )
        for message in event.messages.select_for_update().filter(pk__in=undo.before["messages"], state="withdrawn"):
            schedule_again(message, event, at=at, by=by)
        undo.delete()
        for slot in seats.slots.values():
            seats.queue.promote(slot, at=at)
            seats.queue.pass_on(slot, at=at)
        return event
