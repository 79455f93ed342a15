"""Someone of the team can come after all: what they handed over is theirs again, before anyone hears of it."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.communities.models import Membership
from meetups.events.event_roles import EventRole
from meetups.events.models import Event, Undo
from meetups.events.undo import claim_undo
from meetups.history.models import record
from meetups.notifications.notify import postpone, silence
from meetups.registrations.models import Registration
from meetups.registrations.pen.seats import Seats, seats_of
from meetups.runbook.models import Todo
from meetups.volunteers.duty_seats import End, begin_signup, end_signup
from meetups.volunteers.models import Shift, Signup

MAILS = {
    *("duty_handed_over", "shift_handed_over", "duty_assigned", "shift_assigned"),
    *("placed", "rehearsal_left", "rehearsal_joined"),
}


def take_back_duties(*, undo: Undo, at: datetime, by: User) -> Event:
    """Leads, rights and shifts that haven't begun are the person's again. No one loses a seat by it (RULES 230).

    What someone changed meanwhile stays. Raises UndoHasEnded.
    """
    with seats_of(undo.event, at=at) as seats:
        event = seats.event
        undo = claim_undo(undo, at=at)
        kept = undo.before
        person = User.objects.get(pk=kept["by"])
        for pk, taker in kept["leads"].items():
            Shift.objects.filter(pk=int(pk), lead=taker, event=event).update(lead=person)
        EventRole.objects.active().filter(pk__in=kept["roles"], event=event).update(ended_at=at)
        mine = Membership.objects.filter(community=event.community_id, person=person).first()
        for pk, owner in kept["todos"].items():
            Todo.objects.open().filter(pk=int(pk), owner=owner, event=event).update(owner=mine)
        for one in kept["signups"]:
            _back(seats, one, person, at, by)
        record(
            thread=event.thread,
            subject=f"event:{event.pk}",
            verb="take_back_duties",
            at=at,
            by=by,
            from_state=event.state,
            to_state=event.state,
        )
        silence([*kept["mails"], *postpone(MAILS, thread=event.thread, made_at=at, until=at)], at=at)
        undo.delete()
        return event


def _back(seats: Seats, one: dict[str, int | None], person: User, at: datetime, by: User) -> None:
    signup = Signup.objects.active().filter(pk=one["new"] or 0).select_related("volunteer", "shift").first()
    if signup and signup.shift.starts_at > at:
        end_signup(seats, signup, at=at, by=by, how=End.HANDED_OVER)
        _seat_again(seats, signup.volunteer, one["had_seat"], at, by)
    shift = Shift.objects.select_related("slot", "event").get(pk=one["shift"] or 0)
    is_there = Signup.objects.active().filter(shift=shift, volunteer=person).exists()
    if is_there or not shift.places_left or shift.cancelled_at or shift.starts_at <= at:
        return
    mine = Signup.objects.create(shift=shift, volunteer=person, signed_up_at=at)
    news = ("duty_assigned", "shift_assigned")
    begin_signup(seats, mine, shift, verb="assign_shift", before="", at=at, by=by, news=news)


def _seat_again(seats: Seats, taker: User, slot: int | None, at: datetime, by: User) -> None:
    """The seat that the taker had before the shift came; outside the count where it has gone to someone else (RULES 4)."""
    registration = seats.registration_of(taker)
    if slot is None or registration is None or registration.state != Registration.State.WAITLISTED:
        return
    seats.by_hand.bring_in(seats.slots[slot], taker, above=True, at=at, by=by, verb="place_by_hand", tell="placed")
