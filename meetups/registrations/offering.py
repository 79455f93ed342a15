"""What the answers to an offer have in common."""

from django.utils.translation import gettext_lazy as _

from meetups.core.errors import DomainError
from meetups.registrations.models import Offer
from meetups.registrations.seats import Seats


class OfferEnded(DomainError):
    message = _(
        "This offer has ended: the time to answer has passed, or the seat is not free any more. Nothing was changed."
    )


def offer_of(seats: Seats, offer: Offer) -> Offer:
    """The offer as it stands under the lock, with both people."""
    return Offer.objects.select_related("giver__attendee", "taker__attendee").get(pk=offer.pk, taker__event=seats.event)
