"""An organizer doesn't wait until a shift that was canceled ends."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.events.models import Undo
from meetups.events.undo import claim_undo
from meetups.history.models import record
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.refusals import EventClosed
from meetups.volunteers.models import Shift
from meetups.volunteers.shift_endings import end_shift


def end_shift_now(*, undo: Undo, at: datetime, by: User) -> Shift:
    """The shift ends at once, and everyone in it is told. Raises UndoHasEnded, EventClosed where the event was canceled since."""
    with seats_of(undo.event, at=at) as seats:
        undo = claim_undo(undo, at=at)
        if seats.event.is_cancelled:
            raise EventClosed
        shift = Shift.objects.get(pk=undo.subject.partition(":")[2])
        record(thread=seats.event.thread, subject=undo.subject, verb="end_shift_now", at=at, by=by)
        end_shift(seats, shift, at=at, by=by)
        undo.delete()
        return shift
