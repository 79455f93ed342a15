"""An organizer takes back the cancellation of a shift before anyone hears of it."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.events.models import Undo
from meetups.events.undo import claim_undo
from meetups.history.models import record
from meetups.registrations.pen.seats import seats_of
from meetups.volunteers.models import Shift


def take_back_shift(*, undo: Undo, at: datetime, by: User) -> Shift:
    """The shift takes place, with everyone who is still in it. Who canceled theirs meanwhile has left (RULES 224).

    Raises UndoHasEnded.
    """
    with seats_of(undo.event, at=at) as seats:
        undo = claim_undo(undo, at=at)
        shift = Shift.objects.get(pk=undo.subject.partition(":")[2])
        shift.cancels_at, shift.cancel_reason = None, ""
        shift.save(update_fields=["cancels_at", "cancel_reason"])
        record(thread=seats.event.thread, subject=undo.subject, verb="take_back_shift", at=at, by=by)
        undo.delete()
        return shift
