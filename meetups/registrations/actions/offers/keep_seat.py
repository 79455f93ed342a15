"""A person who was handing over a seat can come after all."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.registrations.models import Registration
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.refusals import refuse_unless_open


class SeatHasGone(DomainError):
    message = _("Someone has already taken your seat, so you can’t take it back.")


def keep_seat(*, registration: Registration, at: datetime, by: User) -> Registration:
    """Ends the hand-over and tells the person who had the offer. A seat that is not being handed over stays as it is.

    Raises EventClosed, or SeatHasGone once someone has taken the seat.
    """
    with seats_of(registration.event, at=at) as seats:
        registration = seats.fresh(registration)
        refuse_unless_open(seats.event, at)
        if registration.state != Registration.State.CONFIRMED:
            raise SeatHasGone
        seats.queue.keep_seat(registration, at=at, by=by)
        return registration
