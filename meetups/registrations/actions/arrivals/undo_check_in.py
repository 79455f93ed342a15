"""An arrival was recorded by mistake."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.history.models import record
from meetups.registrations.models import Registration
from meetups.registrations.pen.seats import seats_of


class SeatWouldFall(DomainError):
    """Only the check-in keeps the seat, and the person at the desk has not been told so."""

    message = _(
        "The shift or talk behind this seat has ended. The person kept the seat only because they were checked in."
    )


def undo_check_in(*, registration: Registration, at: datetime, by: User, seat_falls: bool = False) -> Registration:
    """Removes the arrival; where there is none, nothing changes.

    Where only the check-in kept the seat, the seat falls back (RULES 111). For this `seat_falls` is needed: it says that the page
    has told so. Raises SeatWouldFall.
    """
    with seats_of(registration.event, at=at) as seats:
        registration = seats.fresh(registration)
        if registration.checked_in_at is None:
            return registration
        registration.checked_in_at = None
        registration.save(update_fields=["checked_in_at"])
        record(thread=seats.event.thread, subject=f"check-in:{registration.pk}", verb="undo_check_in", at=at, by=by)
        for kept in seats.holds.outlived(at=at):
            if kept.pk == registration.pk:
                if not seat_falls:
                    raise SeatWouldFall
                seats.holds.let_fall(kept, at=at, by=by)
                return kept
        return registration
