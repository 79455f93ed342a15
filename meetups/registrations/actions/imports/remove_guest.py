"""An organizer takes a guest off the list."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.registrations.models import Registration
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.refusals import EventClosed


def remove_guest(*, registration: Registration, at: datetime, by: User) -> Registration:
    """Ends the place of somebody without an account; what becomes free goes to who waits. A second time changes nothing.

    Raises EventClosed once the event is over. People with an account leave with all that they are at the event: `leave_event`.
    """
    with seats_of(registration.event, at=at) as seats:
        registration = seats.fresh(registration)
        if registration.attendee is not None:
            raise ValueError("This is no guest.")
        if seats.event.is_over(at):
            raise EventClosed
        if registration.is_active:
            seats.release(registration, at=at, by=by, tell="removed")
        return registration
