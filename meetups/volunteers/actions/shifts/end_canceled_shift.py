"""The clock ends a shift whose cancellation can no longer be undone."""

from datetime import datetime

from meetups.events.models import Undo
from meetups.registrations.pen.seats import seats_of
from meetups.volunteers.models import Shift
from meetups.volunteers.shift_endings import end_shift


def end_canceled_shift(*, shift: Shift, at: datetime) -> bool:
    """Ends the shift in the name of the person who canceled it. Says whether it did: a second call changes nothing.

    Where the event was canceled meanwhile, everyone hears that instead. A shift that is over when a stopped clock comes to it took
    place. Both stay as they are (RULES 224).
    """
    with seats_of(shift.event, at=at) as seats:
        due = Shift.objects.to_cancel(at).filter(pk=shift.pk).first()
        if due is None:
            return False
        kept = Undo.objects.filter(event=seats.event, kind=Undo.Kind.SHIFT, subject=f"shift:{due.pk}")
        undo = kept.select_related("by").first()
        ends = not seats.event.is_cancelled and at < due.ends_at
        if ends:
            end_shift(seats, due, at=at, by=undo.by if undo else None)
        else:
            due.cancels_at, due.cancel_reason = None, ""
            due.save(update_fields=["cancels_at", "cancel_reason"])
        kept.delete()
        return ends
