"""An organizer cancels a shift."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.events.models import Event
from meetups.history.models import record
from meetups.notifications.notify import notify
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.refusals import EventClosed
from meetups.volunteers.duty_seats import end_request, end_signup, fit_duty_slot
from meetups.volunteers.models import Shift, Signup


class ShiftIsOverAlready(DomainError):
    message = _("This shift is over, so it can’t be canceled.")


def may_be_canceled(event: Event, shift: Shift, *, at: datetime) -> bool:
    """Whether `shift` can be canceled now; False where it was. Raises EventClosed where the event is canceled, ShiftIsOverAlready."""
    if shift.cancelled_at:
        return False
    if event.is_cancelled:
        raise EventClosed
    if shift.ends_at <= at:
        raise ShiftIsOverAlready
    return True


def cancel_shift(*, shift: Shift, at: datetime, by: User) -> Shift:
    """Ends the shift and everyone's part in it. Each volunteer is told, and their seats fall back (RULES 21, 23, 41).

    The seats fall back in the order in which volunteers took the shift. Nothing counts against the volunteers, and no one is told
    that people are missing. A second call changes nothing. Raises EventClosed where the event is canceled, ShiftIsOverAlready.
    """
    with seats_of(shift.event, at=at) as seats:
        shift = Shift.objects.get(pk=shift.pk)
        if not may_be_canceled(seats.event, shift, at=at):
            return shift
        shift.cancelled_at = at
        shift.save(update_fields=["cancelled_at"])
        # Calendars remove an entry only with a higher SEQUENCE.
        seats.event.raise_sequence(at)
        seats.event.save(update_fields=["sequence", "sequence_since"])
        signups = list(
            Signup.objects.active().filter(shift=shift).select_related("volunteer").order_by("signed_up_at", "pk")
        )
        record(
            thread=seats.event.thread,
            subject=f"shift:{shift.pk}",
            verb="cancel_shift",
            at=at,
            by=by,
            volunteers=len(signups),
        )
        for signup in signups:
            end_signup(seats, signup, at=at, by=by)
        for asked in Signup.objects.asked().filter(shift=shift).select_related("volunteer").order_by("pk"):
            entry = end_request(seats, asked, Signup.State.DECLINED, verb="lose_shift", at=at, by=by)
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
        shift.refresh_from_db()
        return shift
