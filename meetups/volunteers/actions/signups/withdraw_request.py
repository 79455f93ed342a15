"""Somebody no longer wants the shift that she has asked for."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.registrations.pen.seats import seats_of
from meetups.volunteers.duty_seats import end_request
from meetups.volunteers.models import Shift, Signup


def withdraw_request(*, shift: Shift, volunteer: User, at: datetime) -> None:
    """Ends what `volunteer` has asked for; where there is nothing, nothing happens."""
    with seats_of(shift.event, at=at) as seats:
        asked = Signup.objects.asked().filter(shift=shift, volunteer=volunteer).first()
        if asked:
            end_request(seats, asked, Signup.State.STEPPED_DOWN, verb="withdraw_request", at=at, by=volunteer)
