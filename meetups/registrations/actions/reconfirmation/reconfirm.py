"""A person says that they still come."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.history.models import record
from meetups.registrations.models import Registration
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.refusals import NoLongerRegistered, refuse_unless_open


class NothingWasAsked(DomainError):
    message = _("You weren’t asked whether you’re coming, so no reply is needed. Your registration stays as it is.")


class SeatIsOnItsWay(DomainError):
    message = _("Your seat is being offered to the waitlist. Take it back first.")


def reconfirm(*, registration: Registration, at: datetime, by: User) -> Registration:
    """Records the yes. A second time changes nothing. After the deadline it still counts as long as the seat is not released.

    Raises EventClosed, NoLongerRegistered, NothingWasAsked, SeatIsOnItsWay.
    """
    with seats_of(registration.event, at=at) as seats:
        registration = seats.fresh(registration)
        if registration.state == Registration.State.CANCELLED:
            raise NoLongerRegistered
        refuse_unless_open(seats.event, at)
        if registration.asked_at is None:
            raise NothingWasAsked
        if registration.hands_over_at:
            raise SeatIsOnItsWay
        if registration.reconfirmed_at is None:
            registration.reconfirmed_at = at
            registration.save(update_fields=["reconfirmed_at"])
            record(thread=seats.event.thread, subject=f"reconfirm:{registration.pk}", verb="reconfirm", at=at, by=by)
        return registration
