"""An organizer gives a seat to a person who waits for one."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.registrations.models import Registration
from meetups.registrations.pen.ledger import Guest
from meetups.registrations.pen.people_by_hand import WaitsForTheDraw, check_gives_seats
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.refusals import NoLongerRegistered

State = Registration.State


def confirm_registration(*, registration: Registration, above: bool, at: datetime, by: User) -> Registration:
    """Gives a free seat of the person's own slot; where none is free, `above` gives one outside the count (RULES 4, 201).

    A person with a seat keeps it: a form that is sent twice changes nothing. Raises NotPublishedYet, EventClosed, ComesWithAShift,
    NoLongerRegistered, WaitsForTheDraw, SlotIsFull.
    """
    with seats_of(registration.event, at=at) as seats:
        registration = seats.fresh(registration)
        slot = seats.slots[registration.slot_id]
        check_gives_seats(seats.event, slot, at)
        if not registration.is_active:
            raise NoLongerRegistered
        if registration.state == State.CONFIRMED:
            return registration
        if registration.state == State.APPLIED and seats.ledger.is_frozen(slot):
            raise WaitsForTheDraw(who=registration.name)
        person = registration.attendee or Guest(registration.guest_name, registration.person_key)
        return seats.by_hand.bring_in(slot, person, above=above, at=at, by=by, verb="place_by_hand", tell="placed")
