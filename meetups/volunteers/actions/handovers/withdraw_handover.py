"""A volunteer withdraws the request to take over their shift."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.history.models import record_end
from meetups.registrations.pen.seats import seats_of
from meetups.volunteers.models import Handover, Signup


def withdraw_handover(*, signup: Signup, at: datetime, by: User) -> None:
    """Ends the open request; its link stops working. Without an open request, nothing happens."""
    with seats_of(signup.shift.event, at=at) as seats:
        mine = Handover.objects.filter(signup=signup, signup__volunteer=by, state=Handover.State.OPEN)
        handover = mine.first()
        if handover is None:
            return
        record_end(
            handover, Handover.State.WITHDRAWN, thread=seats.event.thread, verb="withdraw_handover", at=at, by=by
        )
