"""An arrival was recorded by mistake."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.history.models import record
from meetups.registrations.models import Registration
from meetups.registrations.pen.seats import seats_of


def undo_check_in(*, registration: Registration, at: datetime, by: User) -> Registration:
    """Removes the arrival; where there is none, nothing changes."""
    with seats_of(registration.event, at=at) as seats:
        registration = seats.fresh(registration)
        if registration.checked_in_at is not None:
            registration.checked_in_at = None
            registration.save(update_fields=["checked_in_at"])
            record(thread=seats.event.thread, subject=f"check-in:{registration.pk}", verb="undo_check_in", at=at, by=by)
        return registration
