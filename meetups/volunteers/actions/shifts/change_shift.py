"""An organizer changes a shift: its title, time, place, instructions, lead, or number of people."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.core.versions import refuse_what_has_changed, version_of
from meetups.events.rehearsals import join_rehearsal, leave_rehearsal
from meetups.history.models import record
from meetups.notifications.notify import notification, notify_all
from meetups.registrations.pen.seats import Seats, seats_of
from meetups.registrations.refusals import EventClosed
from meetups.volunteers.duty_seats import fit_duty_slot
from meetups.volunteers.models import Shift, Signup
from meetups.volunteers.new_shifts import usual_step_down_until
from meetups.volunteers.refusals import ShiftIsBeingCanceled
from meetups.volunteers.shift_plan import ShiftPlan
from meetups.volunteers.staffing import was_sought

SAID = (
    *("phase", "role", "title", "instructions", "place", "lead", "starts_at", "ends_at"),
    *("minimum", "maximum", "needs_approval"),
)
TIMES = ("starts_at", "ends_at")
# Volunteers of the shift must know these at once. They see the rest on the page.
TOLD = (*TIMES, "place")


class PlacesTaken(DomainError):
    message = _("%(taken)s people have already signed up for this shift, so its maximum can’t be %(maximum)s.")


class TimeIsOver(DomainError):
    message = _("This shift is over, so its time can’t be changed.")


class ShiftTimeHasPassed(DomainError):
    message = _("The shift would already be over at that time. Choose a later one.")


def shift_version(shift: Shift) -> str:
    """The version of all that the form shows."""
    return version_of(shift, (*SAID, "help_at"))


def change_shift(*, shift: Shift, plan: ShiftPlan, seen: str | None = None, at: datetime, by: User) -> Shift:
    """Saves the values of `plan`; volunteers keep the shift. A slot in which it gives seats grows or shrinks with it (RULES 19).

    If time or place of a published event's shift change, everyone who has it or asked for it gets one message, with a higher
    SEQUENCE for the calendar (RULES 68). A new time for seeking help counts as long as no one was asked (RULES 71).

    `seen` is the `shift_version` that the form was filled from. Raises ChangedMeanwhile, PlacesTaken below the number of people who have taken the shift (RULES 25), TimeIsOver and ShiftTimeHasPassed for a
    time that has passed, EventClosed for a canceled shift or event.
    """
    with seats_of(shift.event, at=at) as seats:
        shift = Shift.objects.select_related("lead").get(pk=shift.pk)
        if seats.event.is_cancelled or shift.cancelled_at:
            raise EventClosed
        if shift.is_being_canceled:
            raise ShiftIsBeingCanceled
        if any(getattr(shift, name) != getattr(plan, name) for name in (*SAID, "help_at")):
            refuse_what_has_changed(seen, shift_version(shift))
        if plan.maximum < shift.taken:
            raise PlacesTaken(taken=shift.taken, maximum=plan.maximum)
        old = {name: getattr(shift, name) for name in SAID}
        changed = [name for name in SAID if old[name] != getattr(plan, name)]
        was_on_screen = shift.is_on_screen
        if any(name in changed for name in TIMES):
            _refuse_what_has_gone(seats, shift, plan, at=at)
            usual = usual_step_down_until(seats, starts_at=plan.starts_at)
            was_usual = shift.step_down_until == usual_step_down_until(seats, starts_at=shift.starts_at)
            shift.step_down_until = usual if was_usual else min(shift.step_down_until, plan.starts_at)
        for name in changed:
            setattr(shift, name, getattr(plan, name))
        changed += _look_anew(shift, plan.help_at, at=at)
        if not changed:
            return shift
        shift.save()
        told = {name: str(old[name]) for name in TOLD if name in changed}
        entry = record(
            thread=seats.event.thread,
            subject=f"shift:{shift.pk}",
            verb="move_shift" if told else "change_shift",
            at=at,
            by=by,
            changed=changed,
            before=told,
        )
        if told and seats.event.is_published and at < shift.ends_at:
            _tell(seats, shift, cause=entry.pk, at=at)
        if was_on_screen != shift.is_on_screen:
            step = leave_rehearsal if was_on_screen else join_rehearsal
            for signup in shift.signups.active().select_related("volunteer").order_by("pk"):
                step(seats.event, signup.volunteer, cause=entry.pk, at=at)
        if shift.slot_id and "maximum" in changed:
            fit_duty_slot(seats, shift.slot_id, at=at)
        return shift


def _refuse_what_has_gone(seats: Seats, shift: Shift, plan: ShiftPlan, *, at: datetime) -> None:
    if not seats.event.is_published:
        return
    if shift.ends_at <= at:
        raise TimeIsOver
    if plan.ends_at <= at:
        raise ShiftTimeHasPassed


def _look_anew(shift: Shift, help_at: datetime | None, *, at: datetime) -> list[str]:
    """Sets a new time for checking whether people are missing. Once people were asked, nothing changes."""
    if help_at == shift.help_at or was_sought(shift):
        return []
    shift.help_at = help_at
    if help_at and help_at > at:
        shift.help_sought_at = None
    return ["help_at"]


def _tell(seats: Seats, shift: Shift, *, cause: int, at: datetime) -> None:
    # Calendars move an entry only with a higher SEQUENCE.
    seats.event.raise_sequence(at)
    seats.event.save(update_fields=["sequence", "sequence_since"])
    concerned = (Signup.State.SIGNED_UP, Signup.State.ASKED)
    notify_all(
        notification(
            kind="shift_moved",
            recipient_id=signup.volunteer_id,
            thread=seats.event.thread,
            subject=signup.subject,
            cause=cause,
            at=at,
        )
        for signup in Signup.objects.filter(shift=shift, state__in=concerned).order_by("pk")
    )
