"""A step that records arrivals; the caller holds the seat lock."""

from collections.abc import Iterable
from datetime import datetime

from meetups.accounts.models import User
from meetups.history.models import HistoryEntry
from meetups.notifications.notify import notification, notify_all
from meetups.registrations.models import Registration
from meetups.registrations.pen.seats import Seats


def arrive(seats: Seats, registrations: Iterable[Registration], *, at: datetime, by: User) -> int:
    """Records that people with a seat have arrived. People who are already checked in do not change. Returns how many are new.

    An arrival removes a recorded no-show and an excuse for it. The person is told.
    """
    new = [one for one in registrations if one.state == Registration.State.CONFIRMED and one.checked_in_at is None]
    corrected = [one for one in new if one.absent_at]
    for one in new:
        one.checked_in_at, one.absent_at, one.excused_at = at, None, None
    Registration.objects.bulk_update(new, ["checked_in_at", "absent_at", "excused_at"], batch_size=500)
    entries = HistoryEntry.objects.bulk_create(
        HistoryEntry(
            thread=seats.event.thread,
            subject=f"check-in:{one.pk}",
            verb="check_in",
            actor=by,
            at=at,
            details={"corrects_no_show": True} if one in corrected else {},
        )
        for one in new
    )
    notify_all(
        notification(
            kind="no_show_lifted",
            recipient_id=one.attendee_id,
            thread=seats.event.thread,
            subject=one.subject,
            cause=entry.pk,
            at=at,
        )
        for one, entry in zip(new, entries, strict=True)
        if one in corrected
    )
    return len(new)
