"""A person leaves an event and gives up all parts in it."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.events.models import Event
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.refusals import EventClosed, NoLongerRegistered
from meetups.speakers.talk_states import end_talks
from meetups.volunteers.duty_seats import end_signups


def leave_event(*, event: Event, person: User, at: datetime, by: User) -> bool:
    """Ends talks, shifts and registration of `person`. The freed seat goes to the queue (RULES 3, 23).

    `by` is the same person or an organizer; the message says which. After promotion stops a person can still leave, but no one is
    promoted (RULES 8).

    Returns whether the person has left. Between the end of free cancellation and promotion stop, the person hands the seat over
    if someone waits. This does not apply if an organizer removes them. The seat stays theirs until the next person has taken it
    (RULES 7).

    Raises EventClosed if the event is over, NoLongerRegistered if there is nothing to leave.
    """
    with seats_of(event, at=at) as seats:
        if seats.event.is_over(at):
            raise EventClosed
        ended = [*end_talks(seats, person, at=at, by=by), *end_signups(seats, person, at=at, by=by)]
        registration = seats.registration_of(person)
        # Another account of the same mailbox may hold the registration. This person may not end it.
        if registration and registration.attendee_id == person.pk:
            if by == person and not ended and seats.queue.must_hand_over(registration, at=at):
                seats.queue.hand_over(registration, at=at, by=by)
                return False
            seats.release(registration, at=at, by=by, tell="left" if by == person else "removed")
        elif not ended:
            raise NoLongerRegistered
        return True
