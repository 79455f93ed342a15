"""An organizer doesn't wait until people hear of a change or of a cancellation."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.events.models import Undo
from meetups.events.undo import claim_undo
from meetups.history.models import record
from meetups.notifications.notify import hasten, hasten_these
from meetups.registrations.pen.seats import seats_of

KINDS = {Undo.Kind.CHANGE: "event_changed", Undo.Kind.CANCELLATION: "event_cancelled"}


def tell_now(*, undo: Undo, at: datetime, by: User) -> None:
    """The mail leaves now, and what was done cannot be taken back any longer. Raises UndoHasEnded."""
    with seats_of(undo.event, at=at) as seats:
        undo = claim_undo(undo, at=at)
        event = seats.event
        if "mails" in undo.before:
            hasten_these(undo.before["mails"], at=at)
        else:
            hasten(kind=KINDS[Undo.Kind(undo.kind)], thread=event.thread, cause=undo.before["entry"], at=at)
        record(
            thread=event.thread,
            subject=undo.subject,
            verb="tell_now",
            at=at,
            by=by,
            from_state=event.state,
            to_state=event.state,
        )
        undo.delete()
