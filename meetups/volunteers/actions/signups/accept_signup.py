"""An organizer approves a person who has asked for a shift."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.registrations.pen.seats import seats_of
from meetups.volunteers.duty_seats import begin_signup, one_shift_at_a_time, refuse_overlap
from meetups.volunteers.models import Shift, Signup
from meetups.volunteers.refusals import NoLongerAsked, refuse_unless_shift_is_ahead


class NoPlaceInShift(DomainError):
    message = _("This shift is full. Raise the maximum first, or decline.")


class BusyMeanwhile(DomainError):
    message = _("This person has since signed up for “%(shift)s”, which is at the same time.")


def accept_signup(*, signup: Signup, at: datetime, by: User) -> Signup:
    """Gives the volunteer the shift and the seat that comes with it, and tells them (RULES 24). A second call changes nothing.

    Raises EventClosed where the shift has begun or was canceled, NoPlaceInShift, BusyMeanwhile, NoLongerAsked.
    """
    with seats_of(signup.shift.event, at=at) as seats:
        signup = Signup.objects.select_related("volunteer").get(pk=signup.pk)
        shift = Shift.objects.select_related("slot", "event").get(pk=signup.shift_id)
        if signup.state == Signup.State.SIGNED_UP:
            return signup
        if signup.state != Signup.State.ASKED:
            raise NoLongerAsked
        refuse_unless_shift_is_ahead(seats.event, shift, at)
        one_shift_at_a_time(signup.volunteer)
        refuse_overlap(shift, signup.volunteer, BusyMeanwhile, names_others=False)
        if not shift.places_left:
            raise NoPlaceInShift
        signup.state = Signup.State.SIGNED_UP
        signup.save(update_fields=["state"])
        begin_signup(seats, signup, shift, verb="accept_signup", before=Signup.State.ASKED, at=at, by=by)
        return signup
