"""A person accepts the request to take over a shift."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.history.models import record_end
from meetups.registrations.pen.seats import seats_of
from meetups.volunteers.duty_seats import End, begin_signup, end_signup, one_shift_at_a_time, tell_organizers
from meetups.volunteers.handover_rules import refuse_taker
from meetups.volunteers.models import Handover, Shift, Signup


def accept_handover(*, handover: Handover, at: datetime, by: User) -> Signup:
    """Ends the giver's signup and begins that of `by`, in one step. A full shift or a draw does not prevent it (RULES 72).

    The giver's seat falls back (RULES 21), and the taker gets the seat that comes with the shift. Both are told, and so are
    organizers. A second call by the taker returns the same signup. Raises HandoverIsForSomeoneElse, HandoverIsOver,
    ForMembersOnly, HasTheShiftAlready, OrganizersSayYes, ShiftsOverlap, and AlreadyRegistered where another account of the same
    mailbox has a place.
    """
    with seats_of(handover.signup.shift.event, at=at) as seats:
        found = Handover.objects.select_related("signup__volunteer", "signup__shift__event__community")
        handover = found.get(pk=handover.pk)
        mine = Signup.objects.filter(shift_id=handover.signup.shift_id, volunteer=by)
        if handover.state == Handover.State.ACCEPTED and handover.is_for(by):
            already = mine.active().first()
            if already:
                return already
        one_shift_at_a_time(by)
        refuse_taker(handover, by, at=at)
        entry = record_end(
            handover, Handover.State.ACCEPTED, thread=seats.event.thread, verb="accept_handover", at=at, by=by
        )
        end_signup(seats, handover.signup, at=at, by=by, how=End.HANDED_OVER)
        signup = mine.awaiting_approval().first() or Signup(shift_id=handover.signup.shift_id, volunteer=by, state="")
        before, signup.state, signup.signed_up_at = signup.state, Signup.State.SIGNED_UP, at
        signup.save()
        shift = Shift.objects.select_related("slot", "event").get(pk=signup.shift_id)
        begin_signup(seats, signup, shift, verb="take_over_shift", before=before, at=at, by=by)
        tell_organizers(seats, "shift_changed_hands", handover.subject, cause=entry.pk, at=at)
        return signup
