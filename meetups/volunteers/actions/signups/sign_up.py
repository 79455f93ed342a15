"""A volunteer takes a shift."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.history.models import record
from meetups.registrations.pen.seats import seats_of
from meetups.volunteers.approval import needs_yes
from meetups.volunteers.duty_seats import (
    begin_signup,
    one_shift_at_a_time,
    refuse_overlap,
    shift_to_take,
    tell_organizers,
)
from meetups.volunteers.models import Shift, Signup
from meetups.volunteers.refusals import ShiftsOverlap


class ShiftIsFull(DomainError):
    message = _("This shift is full. Thanks for offering! Perhaps another one needs you.")


def sign_up(*, shift: Shift, volunteer: User, at: datetime) -> Signup:
    """Signs `volunteer` up for `shift`.

    If it guarantees a seat, the volunteer's registration moves into its slot at once, outside any lottery. A volunteer who needs
    an organizer's approval only asks (RULES 24): the returned signup is `asked`, and organizers are told. A second call changes
    nothing. Raises EventClosed, NotOpenYet, ShiftIsOver, ShiftIsBeingCanceled, ShiftIsFull, ShiftsOverlap, SeatsBusy.
    """
    with seats_of(shift.event, at=at) as seats:
        shift = shift_to_take(seats, shift, at=at)
        mine = Signup.objects.filter(shift=shift, volunteer=volunteer)
        already = (mine.active() | mine.awaiting_approval()).first()
        if already:
            return already
        seats.refuse_before_opening(at)
        one_shift_at_a_time(volunteer)
        refuse_overlap(shift, volunteer, ShiftsOverlap)
        if not shift.places_left:
            raise ShiftIsFull
        asks = needs_yes(shift, volunteer, at=at)
        state = Signup.State.ASKED if asks else Signup.State.SIGNED_UP
        signup = Signup.objects.create(shift=shift, volunteer=volunteer, state=state, signed_up_at=at)
        if asks:
            entry = record(
                thread=seats.event.thread,
                subject=signup.subject,
                verb="ask_for_shift",
                at=at,
                by=volunteer,
                to_state=signup.state,
            )
            tell_organizers(seats, "shift_asked", signup.subject, cause=entry.pk, at=at)
        else:
            begin_signup(seats, signup, shift, verb="sign_up", before="", at=at, by=volunteer)
        return signup
