"""An organizer cancels a shift."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.events.models import Event, Undo
from meetups.events.undo import keep_undo
from meetups.history.models import record
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.refusals import EventClosed
from meetups.volunteers.models import Shift
from meetups.volunteers.shift_endings import end_shift, people_of, takes_effect_at


class ShiftIsOverAlready(DomainError):
    message = _("This shift is over, so it can’t be canceled.")


def may_be_canceled(event: Event, shift: Shift, *, at: datetime) -> bool:
    """Whether `shift` can be canceled now; False where it was. Raises EventClosed where the event is canceled, ShiftIsOverAlready."""
    if shift.cancelled_at or shift.is_being_canceled:
        return False
    if event.is_cancelled:
        raise EventClosed
    if shift.ends_at <= at:
        raise ShiftIsOverAlready
    return True


def cancel_shift(*, shift: Shift, reason: str = "", at: datetime, by: User) -> Shift:
    """Cancels the shift, with a reason if there is one. It ends after ten minutes, and no one hears of it before (RULES 224).

    Nearer to the event it ends at once. A second call changes nothing. Raises EventClosed where the event is canceled,
    ShiftIsOverAlready.
    """
    with seats_of(shift.event, at=at) as seats:
        event, shift = seats.event, Shift.objects.get(pk=shift.pk)
        if not may_be_canceled(event, shift, at=at):
            return shift
        slots = [(slot, seats.lottery_of(slot)) for slot in seats.slots.values()]
        until = takes_effect_at(event, shift, slots, at=at)
        people, subject = people_of(shift), f"shift:{shift.pk}"
        shift.cancels_at, shift.cancel_reason = until, reason
        record(thread=event.thread, subject=subject, verb="cancel_shift", at=at, by=by, volunteers=people)
        if until <= at:
            end_shift(seats, shift, at=at, by=by)
        else:
            shift.save(update_fields=["cancels_at", "cancel_reason"])
            keep_undo(
                event,
                Undo.Kind.SHIFT,
                subject=subject,
                title=shift.title,
                at=at,
                by=by,
                until=until,
                people=people,
            )
        shift.refresh_from_db()
        return shift
