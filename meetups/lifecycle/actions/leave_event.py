"""A person leaves an event, with everything she is there."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.events.models import Event
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.refusals import EventClosed, NoLongerRegistered
from meetups.speakers.steps import end_talks
from meetups.volunteers.steps import end_signups


def leave_event(*, event: Event, person: User, at: datetime, by: User) -> bool:
    """Ends talks, shifts and registration of `person`; what becomes free goes to who waits (RULES 3, 23).

    `by` is the person herself or an organizer; the message says which. After promotion stops one can still leave; it promotes
    nobody (RULES 8). Returns whether she has left: between the end of free cancellation and promotion stop a person who leaves by
    herself hands her seat over where somebody waits, and it is hers until the next one has taken it (RULES 7). Raises EventClosed
    once the event is over, NoLongerRegistered where there is nothing to leave.
    """
    with seats_of(event, at=at) as seats:
        if seats.event.is_over(at):
            raise EventClosed
        ended = [*end_talks(seats, person, at=at, by=by), *end_signups(seats, person, at=at, by=by)]
        registration = seats.registration_of(person)
        # Another account of the same mailbox may hold it: that is not hers to end.
        if registration and registration.attendee_id == person.pk:
            if by == person and not ended and seats.queue.must_hand_over(registration, at=at):
                seats.queue.hand_over(registration, at=at, by=by)
                return False
            seats.release(registration, at=at, by=by, tell="left" if by == person else "removed")
        elif not ended:
            raise NoLongerRegistered
        return True
