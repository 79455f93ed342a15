"""Somebody who waits takes the seat that she is offered."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.registrations.models import Offer
from meetups.registrations.pen.seats import seats_of


def accept_offer(*, offer: Offer, at: datetime, by: User) -> Offer:
    """The seat moves from one to the other, in one transaction (RULES 7); a second time changes nothing.

    Raises EventClosed, and OfferIsOver where the time to answer has passed or the seat is not given away any more.
    """
    with seats_of(offer.taker.event, at=at) as seats:
        offer = seats.queue.offers.fresh(offer)
        if offer.state == Offer.State.ACCEPTED:
            return offer
        seats.queue.offers.refuse_what_is_over(offer, at=at)
        seats.queue.accept(offer, at=at, by=by)
        return offer
