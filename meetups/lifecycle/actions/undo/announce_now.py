"""An organizer doesn't wait until followers hear of events that were published."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.events.models import Event, Undo
from meetups.events.undo import claim_undo
from meetups.history.models import record
from meetups.notifications.notify import hasten
from meetups.registrations.pen.seats import seats_of_each


def announce_now(*, undo: Undo, at: datetime, by: User) -> None:
    """The mail about all that were published in the same press leaves now, and none of it can be taken back any longer. Raises
    UndoHasEnded.
    """
    with seats_of_each(Event.objects.filter(pk__in=undo.before["together"]), at=at) as every:
        undo = claim_undo(undo, at=at)
        for seats in every:
            event = seats.event
            if Undo.objects.filter(event=event, kind=Undo.Kind.PUBLICATION, at=undo.at).delete()[0]:
                hasten(kind="event_announced", thread=event.thread, cause=1, at=at)
                record(
                    thread=event.thread,
                    subject=f"event:{event.pk}",
                    verb="tell_now",
                    at=at,
                    by=by,
                    from_state=event.state,
                    to_state=event.state,
                )
