"""What the answers to an offer have in common."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from meetups.core.errors import DomainError
from meetups.registrations.models import Offer
from meetups.registrations.pen.seats import Seats
from meetups.registrations.refusals import EventClosed


class OfferIsOver(DomainError):
    message = _("This offer has ended: the deadline has passed, or the seat is no longer free. Nothing was changed.")


def offer_of(seats: Seats, offer: Offer) -> Offer:
    """The offer as it stands under the lock, with both people."""
    return Offer.objects.select_related("giver__attendee", "taker__attendee").get(pk=offer.pk, taker__event=seats.event)


def refuse_what_has_ended(seats: Seats, offer: Offer, *, at: datetime) -> None:
    """Raises EventClosed, and OfferEnded where the time to answer has passed or the seat is not given away any more."""
    if not seats.event.is_open(at):
        raise EventClosed
    if offer.state != Offer.State.OPEN or offer.answer_by <= at or not seats.stands(offer):
        raise OfferIsOver
