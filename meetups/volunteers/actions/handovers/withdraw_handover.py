"""A volunteer withdraws the request to take over their shift."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.history.models import record
from meetups.registrations.pen.seats import seats_of
from meetups.volunteers.models import Handover, Signup


def withdraw_handover(*, signup: Signup, at: datetime, by: User) -> None:
    """Ends the open request; its link stops working. Without an open request, nothing happens."""
    with seats_of(signup.shift.event, at=at) as seats:
        mine = Handover.objects.filter(signup=signup, signup__volunteer=by, state=Handover.State.OPEN)
        handover = mine.first()
        if handover is None:
            return
        handover.state = Handover.State.WITHDRAWN
        handover.ended_at = at
        handover.save(update_fields=["state", "ended_at"])
        record(
            thread=seats.event.thread,
            subject=handover.subject,
            verb="withdraw_handover",
            at=at,
            by=by,
            from_state=Handover.State.OPEN,
            to_state=handover.state,
        )
