"""An organizer puts a person on a shift."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.registrations.pen.seats import seats_of
from meetups.volunteers.candidates import assignable
from meetups.volunteers.duty_seats import begin_signup, one_shift_at_a_time, refuse_overlap, shift_to_take
from meetups.volunteers.models import Shift, Signup


class HasNoPart(DomainError):
    message = _("Only people who take part in the event or belong to the organizing team can be put on a shift.")


class NoPlaceLeft(DomainError):
    message = _("This shift is full. Raise the maximum first.")


class BusyElsewhere(DomainError):
    message = _("This person has signed up for “%(shift)s”, which is at the same time.")


class HasAnotherAccount(DomainError):
    message = _("This person is registered for the event with another account. Choose that one.")


def assign_shift(*, shift: Shift, volunteer: User, at: datetime, by: User) -> Signup:
    """Gives `volunteer` the shift and the seat that comes with it, as if they had signed up themselves.

    This includes an organizer's approval (RULES 67). The volunteer is told who put them there and how to step down. A second call
    changes nothing. Raises EventClosed where the event is over or not public, ShiftIsOver, HasNoPart, BusyElsewhere, NoPlaceLeft,
    HasAnotherAccount.
    """
    with seats_of(shift.event, at=at) as seats:
        shift = shift_to_take(seats, shift, at=at)
        hers = Signup.objects.filter(shift=shift, volunteer=volunteer)
        already, asked = hers.active().first(), hers.awaiting_approval().first()
        if already:
            return already
        if not assignable(seats.event).filter(pk=volunteer.pk).exists():
            raise HasNoPart
        one_shift_at_a_time(volunteer)
        refuse_overlap(shift, volunteer, BusyElsewhere, names_others=False)
        if not shift.places_left:
            raise NoPlaceLeft
        registration = seats.registration_of(volunteer)
        if shift.slot and registration and registration.attendee_id != volunteer.pk:
            raise HasAnotherAccount
        signup = asked or Signup(shift=shift, volunteer=volunteer, signed_up_at=at)
        before = signup.state if asked else ""
        signup.state = Signup.State.SIGNED_UP
        signup.save()
        begin_signup(
            seats,
            signup,
            shift,
            verb="assign_shift",
            before=before,
            at=at,
            by=by,
            news=("duty_assigned", "shift_assigned"),
        )
        return signup
