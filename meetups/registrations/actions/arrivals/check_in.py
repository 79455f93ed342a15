"""A person arrives."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.registrations.arrivals import arrive
from meetups.registrations.models import Registration
from meetups.registrations.pen.seats import seats_of


class NoSeatToCheckIn(DomainError):
    message = _("This person has no confirmed seat. Confirm one first, or send them to an organizer.")


def check_in(*, registration: Registration, at: datetime, by: User) -> Registration:
    """Records the arrival; a second time changes nothing. A recorded no-show is removed. Raises NoSeatToCheckIn."""
    with seats_of(registration.event, at=at) as seats:
        registration = seats.fresh(registration)
        if registration.state != Registration.State.CONFIRMED:
            raise NoSeatToCheckIn
        arrive(seats, [registration], at=at, by=by)
        return registration
