"""An organizer removes a guest from the list."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.registrations.models import Registration
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.refusals import EventClosed


def remove_guest(*, registration: Registration, at: datetime, by: User) -> Registration:
    """Ends the place of a person without an account. What becomes free goes to the queue. A second time changes nothing.

    Raises EventClosed once the event is over. People with an account leave by `leave_event`, with all their roles at the event.
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
