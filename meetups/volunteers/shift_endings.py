"""The end of a shift that organizers cancel: when it comes, and what it does (RULES 23, 224). The caller holds the seat lock."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from meetups.accounts.models import User
from meetups.events.models import Event
from meetups.events.undo import mail_leaves_at
from meetups.history.models import record_end
from meetups.notifications.notify import notify
from meetups.registrations.admission import fallback_slot
from meetups.registrations.models import Lottery, Slot
from meetups.registrations.pen.seats import Seats
from meetups.volunteers.duty_seats import end_signup, fit_duty_slot
from meetups.volunteers.models import Shift, Signup

# A cancellation takes effect with a run of the clock. No deadline may lie between what the page said and that run.
CLOCK_IS_LATE = timedelta(minutes=5)


def takes_effect_at(
    event: Event, shift: Shift, slots: Iterable[tuple[Slot, Lottery | None]], *, at: datetime
) -> datetime:
    """When a shift that is canceled at `at` ends: usually ten minutes later, so that it can be undone.

    At once where event or shift begin within a day, and where its seats would fall elsewhere by then: when a lottery that they go
    back into closes, or registration does (RULES 21). Pure.
    """
    until = mail_leaves_at(event.starts_at, shift.starts_at, at=at)
    if until > at and shift.slot_id:
        general = list(slots)
        now = _falls_to(event, general, at)
        if now[0] and now != _falls_to(event, general, until + CLOCK_IS_LATE):
            return at
    return until


def _falls_to(event: Event, slots: list[tuple[Slot, Lottery | None]], at: datetime) -> tuple[Slot | None, bool]:
    slot = fallback_slot(event, slots, at)
    lottery = next((lottery for one, lottery in slots if one == slot), None)
    return slot, lottery is not None and lottery.takes_entries(at)


def people_of(shift: Shift) -> int:
    """How many people hear of its end: those who have it or asked for it."""
    return (shift.signups.active() | shift.signups.awaiting_approval()).count()


def end_shift(seats: Seats, shift: Shift, *, at: datetime, by: User | None) -> None:
    """Ends the shift and everyone's part in it. Each volunteer is told, and their seats fall back (RULES 21, 23, 41).

    The seats fall back in the order in which volunteers took the shift. Nothing counts against the volunteers, and no one is told
    that people are missing.
    """
    shift.cancelled_at, shift.cancels_at = at, None
    shift.save(update_fields=["cancelled_at", "cancels_at", "cancel_reason"])
    # Calendars remove an entry only with a higher SEQUENCE.
    seats.event.raise_sequence(at)
    seats.event.save(update_fields=["sequence", "sequence_since"])
    here = Signup.objects.filter(shift=shift).select_related("volunteer")
    for signup in here.active().order_by("signed_up_at", "pk"):
        end_signup(seats, signup, at=at, by=by)
    for asked in here.awaiting_approval().order_by("pk"):
        entry = record_end(asked, Signup.State.DECLINED, thread=seats.event.thread, verb="lose_shift", at=at, by=by)
        notify(
            kind="shift_called_off",
            recipient=asked.volunteer,
            thread=seats.event.thread,
            subject=asked.subject,
            cause=entry.pk,
            at=at,
        )
    if shift.slot_id:
        fit_duty_slot(seats, shift.slot_id, at=at)
