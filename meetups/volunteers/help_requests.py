"""The step that seeks help for shifts that too few people have taken; the caller holds the seat lock."""

from collections.abc import Sequence
from datetime import datetime

from meetups.accounts.models import User
from meetups.history.models import record
from meetups.notifications.notify import notification, notify_all
from meetups.registrations.pen.seats import Seats
from meetups.volunteers.duty_seats import tell_organizers
from meetups.volunteers.models import Shift, ShiftOffer
from meetups.volunteers.staffing import who_may_be_asked


def seek(seats: Seats, shifts: Sequence[Shift], *, at: datetime, by: User | None) -> int:
    """Tells organizers, except `by`, in one mail that `shifts` are short.

    Offers the shifts that guarantee a seat to those who wait (RULES 66). Returns the number of people who got an offer.
    """
    cause = 0
    for shift in shifts:
        shift.help_sought_at = shift.short_told_at = at
        shift.save(update_fields=["help_sought_at", "short_told_at"])
        entry = record(
            thread=seats.event.thread,
            subject=f"shift:{shift.pk}",
            verb="seek_help",
            at=at,
            by=by,
            taken=shift.taken,
            minimum=shift.minimum,
        )
        cause = cause or entry.pk
    if shifts:
        # One mail, however many shifts are short: it names all that were checked at this instant.
        tell_organizers(seats, "shift_short", f"shift:{shifts[0].pk}", cause=cause, at=at, but=by)
    offered = [shift for shift in shifts if shift.is_offered]
    if not offered or not seats.event.is_open(at):
        return 0
    waiting = list(who_may_be_asked(seats.event, at=at).order_by("pk"))
    ShiftOffer.objects.bulk_create(
        ShiftOffer(event=seats.event, person_id=registration.attendee_id, offered_at=at)
        for registration in waiting
        if registration.attendee_id
    )
    return notify_all(
        notification(
            kind="shift_offered",
            recipient_id=registration.attendee_id,
            thread=seats.event.thread,
            subject=registration.subject,
            cause=cause,
            at=at,
            not_after=max(shift.starts_at for shift in offered),
        )
        for registration in waiting
    )
