"""Steps that begin and end a signup, and with it the duty seat that its shift guarantees, above all for teardown.

The caller holds the seat lock.
"""

from datetime import datetime
from enum import Enum

from django.utils.translation import gettext as _

from meetups.accounts.models import User
from meetups.communities.permissions import Permission
from meetups.core.errors import DomainError
from meetups.events.event_roles import who_may_at
from meetups.events.models import Event
from meetups.events.rehearsals import join_rehearsal, leave_rehearsal
from meetups.history.models import record, record_end
from meetups.notifications.notify import notification, notify, notify_all
from meetups.registrations.models import Hold
from meetups.registrations.pen.seats import Seats
from meetups.registrations.refusals import refuse_unless_open
from meetups.volunteers.models import Shift, Signup
from meetups.volunteers.refusals import ShiftIsBeingCanceled, ShiftIsOver


class End(Enum):
    """How a signup ends: the verb of the step, and the message to the volunteer, with a seat and without one."""

    STEPPED_DOWN = ("step_down", "stepped_down", "shift_left")
    CALLED_OFF = ("lose_shift", "shift_cancelled", "shift_called_off")
    HANDED_OVER = ("pass_on_shift", "duty_handed_over", "shift_handed_over")


def shift_to_take(seats: Seats, shift: Shift, *, at: datetime) -> Shift:
    """The shift as it stands, with slot and event, where it can be taken. Raises EventClosed, ShiftIsOver, ShiftIsBeingCanceled."""
    shift = Shift.objects.select_related("slot", "event").get(pk=shift.pk)
    refuse_unless_open(seats.event, at)
    if shift.cancelled_at or shift.starts_at <= at:
        raise ShiftIsOver
    if shift.is_being_canceled:
        raise ShiftIsBeingCanceled
    return shift


def one_shift_at_a_time(volunteer: User) -> None:
    """Waits for any other step that gives `volunteer` a shift at this moment.

    Two events have two seat locks. Without this wait, neither of two shifts at the same time would see the other.
    """
    User.objects.select_for_update(no_key=True).get(pk=volunteer.pk)


def refuse_overlap(shift: Shift, volunteer: User, refusal: type[DomainError], *, names_others: bool = True) -> None:
    """Raises `refusal` with the title of another shift that `volunteer` has at that time. Shifts of canceled events do not count.

    Organizers do not learn what a person does in other communities: without `names_others` such a shift has no name.
    """
    busy = Signup.objects.active().during(shift).filter(volunteer=volunteer)
    other = busy.select_related("shift__event").order_by("pk").first()
    if other:
        raise refusal(shift=other.shift.title if names_others else name_for_organizers(other.shift, shift.event))


def name_for_organizers(shift: Shift, event: Event) -> str:
    """The name that organizers of `event` see for `shift`, which may belong to another community."""
    same = shift.event.community_id == event.community_id
    return shift.title if same else _("a shift of another community")


def begin_signup(
    seats: Seats,
    signup: Signup,
    shift: Shift,
    *,
    verb: str,
    before: str,
    at: datetime,
    by: User,
    news: tuple[str, str] = ("duty_taken", "shift_taken"),
) -> None:
    """Gives a signed-up volunteer their place in the shift and the seat that comes with it, and tells them.

    `news` are the kinds of message: one about the registration if a seat comes with the shift, else one about the signup.
    """
    with_seat, without = news
    if Signup.objects.filter(shift=shift, volunteer=signup.volunteer).exclude(pk=signup.pk).exists():
        # Calendars take back an entry that was removed only with a higher SEQUENCE.
        seats.event.raise_sequence(at)
        seats.event.save(update_fields=["sequence", "sequence_since"])
    shift.taken += 1
    shift.save(update_fields=["taken"])
    entry = record(
        thread=seats.event.thread,
        subject=signup.subject,
        verb=verb,
        at=at,
        by=by,
        from_state=before,
        to_state=signup.state,
    )
    if shift.is_on_screen:
        join_rehearsal(seats.event, signup.volunteer, cause=entry.pk, at=at)
    if shift.slot:
        seats.holds.begin(
            signup.volunteer,
            shift.slot,
            kind=Hold.Kind.DUTY,
            subject=signup.subject,
            at=at,
            by=by,
            verb="sign_up",
            tell=with_seat,
        )
    else:
        notify(
            kind=without,
            recipient=signup.volunteer,
            thread=seats.event.thread,
            subject=signup.subject,
            cause=entry.pk,
            at=at,
        )


def end_signup(
    seats: Seats,
    signup: Signup,
    *,
    at: datetime,
    by: User | None,
    leaving: bool = False,
    how: End = End.STEPPED_DOWN,
) -> None:
    """Takes a volunteer out of their shift; the seat that the shift held falls back (RULES 21).

    With `leaving` the seat itself is about to go: the message about that says what became of it. After the deadline of a shift that takes
    place, the end counts as late, and organizers are told at once (RULES 22). This does not apply to a shift that is handed over
    (RULES 72). If the shift was canceled, the volunteer is told only that (RULES 23).
    """
    shift = Shift.objects.select_related("slot").get(pk=signup.shift_id)
    signup.state = Signup.State.STEPPED_DOWN
    signup.ended_at = at
    if shift.cancelled_at is not None:
        how = End.CALLED_OFF
    signup.late = how == End.STEPPED_DOWN and not shift.step_down_is_free(at)
    signup.save(update_fields=["state", "ended_at", "late"])
    shift.taken -= 1
    shift.save(update_fields=["taken"])
    if how != End.CALLED_OFF:
        # Calendars remove an entry only with a higher SEQUENCE. A canceled shift has raised it already.
        seats.event.raise_sequence(at)
        seats.event.save(update_fields=["sequence", "sequence_since"])
    verb, with_seat, without = how.value
    entry = record(
        thread=seats.event.thread,
        subject=signup.subject,
        verb=verb,
        at=at,
        by=by,
        from_state=Signup.State.SIGNED_UP,
        to_state=Signup.State.STEPPED_DOWN,
        late=signup.late,
    )
    if signup.late:
        tell_organizers(seats, "stepped_down_late", signup.subject, cause="late", at=at, but=by)
    if shift.is_on_screen:
        leave_rehearsal(seats.event, signup.volunteer, cause=entry.pk, at=at)
    if leaving:
        seats.holds.drop(signup.subject, at=at)
        told = "shift_off_calendar" if at < shift.ends_at else ""
    else:
        # With a seat, the message about the seat says it all.
        has_seat = seats.holds.end(signup.subject, at=at, by=by, verb=verb, tell=with_seat) is not None
        told = "" if has_seat else without
    if told:
        notify(
            kind=told,
            recipient=signup.volunteer,
            thread=seats.event.thread,
            subject=signup.subject,
            cause=entry.pk,
            at=at,
        )


def tell_organizers(
    seats: Seats, kind: str, subject: str, *, cause: str | int, at: datetime, but: User | None = None
) -> None:
    """Sends one message to everyone who manages the shifts of the event, except `but`."""
    organizers = who_may_at(seats.event, Permission.MANAGE_SHIFTS, at=at) - {but.pk if but else None}
    notify_all(
        notification(kind=kind, recipient_id=person, thread=seats.event.thread, subject=subject, cause=cause, at=at)
        for person in sorted(organizers)
    )


def end_signups(seats: Seats, person: User, *, at: datetime, by: User | None) -> list[Signup]:
    """Ends all shifts and requests of `person`, who leaves the event. Returns the signups that ended, without the requests."""
    for asked in (
        Signup.objects.awaiting_approval().filter(shift__event_id=seats.event.pk, volunteer=person).order_by("pk")
    ):
        record_end(asked, Signup.State.STEPPED_DOWN, thread=seats.event.thread, verb="withdraw_request", at=at, by=by)
    signups = list(
        Signup.objects.active()
        .filter(shift__event_id=seats.event.pk, volunteer=person)
        .select_related("shift", "volunteer")
    )
    for signup in signups:
        end_signup(seats, signup, at=at, by=by, leaving=True)
    return signups


def fit_duty_slot(seats: Seats, slot_id: int, *, at: datetime) -> None:
    """Sets the capacity of a duty slot to the sum of its shifts' maximums (RULES 19)."""
    maximum = sum(Shift.objects.open().filter(slot_id=slot_id).values_list("maximum", flat=True))
    seats.set_capacity(seats.slots[slot_id], maximum, at=at)
