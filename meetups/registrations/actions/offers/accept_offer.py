"""A person in the queue accepts the seat that they are offered."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.registrations.models import Offer
from meetups.registrations.pen.seats import seats_of


def accept_offer(*, offer: Offer, at: datetime, by: User) -> Offer:
    """Moves the seat from giver to taker, in one transaction (RULES 7). A second time changes nothing.

    Raises EventClosed, or OfferIsOver where the time to answer has passed or the offer no longer stands.
    """
    with seats_of(offer.taker.event, at=at) as seats:
        offer = seats.queue.offers.fresh(offer)
        if offer.state == Offer.State.ACCEPTED:
            return offer
        seats.queue.offers.refuse_what_is_over(offer, at=at)
        seats.queue.accept(offer, at=at, by=by)
        return offer
