"""An organizer adds a person to the list."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.registrations.models import Registration, Slot
from meetups.registrations.pen.ledger import Guest
from meetups.registrations.pen.people_by_hand import (
    AddedPerson,
    IsRegisteredAlready,
    WaitsForTheDraw,
    check_gives_seats,
    person_behind,
)
from meetups.registrations.pen.seats import seats_of

State = Registration.State


def place_by_hand(*, slot: Slot, added: AddedPerson, above: bool, at: datetime, by: User) -> Registration:
    """Gives a free seat in `slot`. Where none is free, `above` gives one outside the count (RULES 4).

    A person who waits moves out of the queue. A form that is sent twice gets the first answer. Raises NotPublishedYet,
    EventClosed, ComesWithAShift, SlotIsFull, IsRegisteredAlready, WaitsForTheDraw.
    """
    with seats_of(slot.event, at=at) as seats:
        check_gives_seats(seats.event, slot, at)
        person = person_behind(added, seats.event)
        registration = seats.registration_of(person)
        if registration and isinstance(person, Guest):
            return registration
        if registration and registration.state == State.CONFIRMED:
            raise IsRegisteredAlready(who=added.name)
        if registration and registration.state == State.APPLIED and seats.ledger.is_frozen(registration.slot):
            raise WaitsForTheDraw(who=added.name)
        return seats.by_hand.bring_in(slot, person, above=above, at=at, by=by, verb="place_by_hand", tell="placed")
