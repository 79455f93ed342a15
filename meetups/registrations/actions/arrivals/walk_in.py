"""A person at the door is not on the list, or is on it without a seat."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.registrations.arrivals import arrive
from meetups.registrations.models import Registration, Slot
from meetups.registrations.pen.ledger import Guest
from meetups.registrations.pen.people_by_hand import AddedPerson, check_is_no_duty, door_is_open, person_behind
from meetups.registrations.pen.seats import seats_of


class DoorIsClosed(DomainError):
    message = _(
        "Walk-ins: from three hours before the start to three hours after the end. Before that, an "
        "organizer adds attendees."
    )


def walk_in(*, slot: Slot, who: AddedPerson | Registration, above: bool, at: datetime, by: User) -> Registration:
    """Gives a seat in `slot` and records the arrival, in one step.

    Where no seat is free, `above` gives one outside the count (RULES 4). `who` is a new person, or a person who has a
    registration without a seat. A person who already has a seat is checked in. A form that is sent twice changes nothing. Raises
    DoorIsClosed, ComesWithAShift, SlotIsFull, AlreadyRegistered.
    """
    with seats_of(slot.event, at=at) as seats:
        if not door_is_open(seats.event, at):
            raise DoorIsClosed
        person = person_behind(who, seats.event) if isinstance(who, AddedPerson) else _person_of(seats.fresh(who))
        registration = seats.registration_of(person)
        if registration is None or registration.state != Registration.State.CONFIRMED:
            check_is_no_duty(slot)
            registration = seats.by_hand.bring_in(
                slot, person, above=above, at=at, by=by, verb="walk_in", tell="placed"
            )
        arrive(seats, [registration], at=at, by=by)
        return registration


def _person_of(registration: Registration) -> User | Guest:
    return registration.attendee or Guest(registration.guest_name, registration.person_key)
