"""A person withdraws their request for a shift."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.registrations.pen.seats import seats_of
from meetups.volunteers.duty_seats import end_request
from meetups.volunteers.models import Shift, Signup


def withdraw_request(*, shift: Shift, volunteer: User, at: datetime) -> None:
    """Ends the request of `volunteer`. Without a request, nothing happens."""
    with seats_of(shift.event, at=at) as seats:
        asked = Signup.objects.awaiting_approval().filter(shift=shift, volunteer=volunteer).first()
        if asked:
            end_request(seats, asked, Signup.State.STEPPED_DOWN, verb="withdraw_request", at=at, by=volunteer)
