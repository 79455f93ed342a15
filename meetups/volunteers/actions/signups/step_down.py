"""A volunteer steps down from a shift."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.refusals import EventClosed
from meetups.volunteers.duty_seats import end_signup
from meetups.volunteers.models import Signup


def step_down(*, signup: Signup, at: datetime, by: User) -> Signup:
    """Ends the signup; the volunteer's seat falls back as the page said (RULES 21). A second call changes nothing.

    After the shift's deadline organizers are told at once (RULES 22). Raises EventClosed once the shift is over.
    """
    with seats_of(signup.shift.event, at=at) as seats:
        signup = Signup.objects.select_related("shift", "volunteer").get(pk=signup.pk)
        if signup.state != Signup.State.SIGNED_UP:
            return signup
        if signup.shift.ends_at <= at:
            raise EventClosed
        end_signup(seats, signup, at=at, by=by)
        return signup
