"""An organizer declines a person who has asked for a shift."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.history.models import record_end
from meetups.notifications.notify import notify
from meetups.registrations.pen.seats import seats_of
from meetups.volunteers.models import Signup
from meetups.volunteers.refusals import NoLongerAsked


def decline_signup(*, signup: Signup, at: datetime, by: User) -> Signup:
    """Ends the request and tells the volunteer; their place at the event stays as it is. A second call changes nothing.

    Raises NoLongerAsked where the volunteer has the shift already or has withdrawn.
    """
    with seats_of(signup.shift.event, at=at) as seats:
        signup = Signup.objects.select_related("volunteer").get(pk=signup.pk)
        if signup.state == Signup.State.DECLINED:
            return signup
        if signup.state != Signup.State.ASKED:
            raise NoLongerAsked
        entry = record_end(
            signup, Signup.State.DECLINED, thread=seats.event.thread, verb="decline_signup", at=at, by=by
        )
        notify(
            kind="shift_declined",
            recipient=signup.volunteer,
            thread=seats.event.thread,
            subject=signup.subject,
            cause=entry.pk,
            at=at,
        )
        return signup
