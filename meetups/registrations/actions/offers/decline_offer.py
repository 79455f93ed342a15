"""A person in the queue declines the seat that they are offered."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.registrations.models import Offer
from meetups.registrations.pen.seats import seats_of


def decline_offer(*, offer: Offer, at: datetime, by: User) -> Offer:
    """Removes the person from the queue and offers the seat to the next (RULES 34). A second time changes nothing.

    Raises EventClosed, or OfferIsOver where the time to answer has passed.
    """
    with seats_of(offer.taker.event, at=at) as seats:
        offer = seats.queue.offers.fresh(offer)
        if offer.state == Offer.State.DECLINED:
            return offer
        seats.queue.offers.refuse_what_is_over(offer, at=at)
        seats.queue.decline(offer, at=at, by=by)
        return offer
