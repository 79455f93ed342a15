"""A person accepts an invitation and takes the seat that was kept for them."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.registrations.models import HeldPlace, Registration
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.refusals import refuse_unless_open


class PlaceIsOver(DomainError):
    message = _("This invitation was used, declined or withdrawn, or it has expired. Ask the organizers for a new one.")


class PlaceIsForSomeoneElse(DomainError):
    message = _("This invitation was sent to another email address. Sign in with that one.")


def accept_place(*, place: HeldPlace, at: datetime, by: User) -> Registration:
    """Gives `by` the seat; their own registration moves into it if nothing holds it. A second time gives the same answer.

    The invitation is for the address that was invited, not for anyone who has the link. A forwarded mail must not give a seat to
    a stranger, or put a name on the list that the organizers did not choose. Addresses are compared by mailbox (RULES 16). Raises
    PlaceIsOver, PlaceIsForSomeoneElse, EventClosed, or AlreadyRegistered where a shift or a talk keeps another seat for the
    person.
    """
    with seats_of(place.event, at=at) as seats:
        place = HeldPlace.objects.select_related("registration").get(pk=place.pk, kind=HeldPlace.Kind.INVITATION)
        if place.person_key != by.person_key:
            raise PlaceIsForSomeoneElse
        if place.registration and place.registration.attendee_id == by.pk and place.registration.is_active:
            return place.registration
        refuse_unless_open(seats.event, at)
        if not place.is_held(at):
            raise PlaceIsOver
        return seats.held_places.take(place, by, at=at, verb="accept_place", tell="seat_confirmed", moves=True)
