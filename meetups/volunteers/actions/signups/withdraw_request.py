"""A person withdraws their request for a shift."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.history.models import record_end
from meetups.registrations.pen.seats import seats_of
from meetups.volunteers.models import Shift, Signup


def withdraw_request(*, shift: Shift, volunteer: User, at: datetime) -> None:
    """Ends the request of `volunteer`. Without a request, nothing happens."""
    with seats_of(shift.event, at=at) as seats:
        asked = Signup.objects.awaiting_approval().filter(shift=shift, volunteer=volunteer).first()
        if asked:
            record_end(
                asked,
                Signup.State.STEPPED_DOWN,
                thread=seats.event.thread,
                verb="withdraw_request",
                at=at,
                by=volunteer,
            )
