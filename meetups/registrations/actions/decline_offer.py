"""Somebody who waits does not want the seat that she is offered."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.registrations.models import Offer
from meetups.registrations.offering import OfferEnded, offer_of
from meetups.registrations.refusals import EventClosed
from meetups.registrations.seats import seats_of


def decline_offer(*, offer: Offer, at: datetime, by: User) -> Offer:
    """She leaves the queue, and the seat is offered to the next (RULES 34); a second time changes nothing.

    Raises EventClosed, and OfferEnded where the time to answer has passed.
    """
    with seats_of(offer.taker.event, at=at) as seats:
        offer = offer_of(seats, offer)
        if offer.state == Offer.State.DECLINED:
            return offer
        if not seats.event.is_open(at):
            raise EventClosed
        if offer.state != Offer.State.OPEN or offer.answer_by <= at or not seats.stands(offer):
            raise OfferEnded
        seats.decline(offer, at=at, by=by)
        return offer
