"""An organizer moves a person to another slot."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.registrations.models import Registration, Slot
from meetups.registrations.pen.people_by_hand import check_gives_seats
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.questions.questions import carry_answers_over
from meetups.registrations.refusals import NoLongerRegistered, SlotIsFull

State = Registration.State


class WouldLoseSeat(DomainError):
    """The person has a seat and would not have one in the other slot, and the organizer has not agreed to that."""

    message = _("%(who)s has a seat now and would lose it in “%(slot)s”. Tick the box to move them anyway.")


def move_registration(
    *, registration: Registration, slot: Slot, accept_waiting: bool, at: datetime, by: User
) -> Registration:
    """Moves the person to the end of `slot`, as if they had changed there themselves (RULES 200).

    A person with a seat who would have to wait there needs `accept_waiting`. A slot by invitation takes people only while a seat is
    free. Raises NotPublishedYet, EventClosed, ComesWithAShift, NoLongerRegistered, SeatIsHeld, SlotIsFull, WouldLoseSeat.
    """
    with seats_of(slot.event, at=at) as seats:
        registration = seats.fresh(registration)
        old, slot = seats.slots[registration.slot_id], seats.slots[slot.pk]
        check_gives_seats(seats.event, slot, at)
        if not registration.is_active:
            raise NoLongerRegistered
        if registration.slot_id == slot.pk:
            return registration
        way_in = seats.way_in(slot, at=at)
        if way_in != State.CONFIRMED and not slot.is_general:
            raise SlotIsFull
        if registration.state == State.CONFIRMED != way_in and not accept_waiting:
            raise WouldLoseSeat(who=registration.name, slot=slot.name)
        answers = carry_answers_over(old, slot, registration.answers)
        seats.change_slot(registration, slot, at=at, answers=answers, by=by)
        return registration
