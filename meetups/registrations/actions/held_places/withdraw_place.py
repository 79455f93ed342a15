"""An organizer withdraws an invitation to a seat."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.registrations.models import HeldPlace
from meetups.registrations.pen.seats import seats_of


class PlaceWasTaken(DomainError):
    message = _("%(email)s has already accepted the invitation. Cancel the registration instead.")


def withdraw_place(*, place: HeldPlace, at: datetime, by: User) -> None:
    """Ends the invitation: the link stops working, and the seat goes to the queue. A second time changes nothing.

    A mail that has not left is not sent. Raises PlaceWasTaken.
    """
    with seats_of(place.event, at=at) as seats:
        place = HeldPlace.objects.get(pk=place.pk)
        if place.state == HeldPlace.State.TAKEN:
            raise PlaceWasTaken(email=place.email)
        if place.state == HeldPlace.State.HELD:
            seats.held_places.end(place, HeldPlace.State.WITHDRAWN, at=at, by=by)
