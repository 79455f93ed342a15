"""The offer of a talk ends without a new speaker: an organizer withdraws it, or the person declines."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.registrations.pen.seats import seats_of
from meetups.speakers.models import TalkOffer
from meetups.speakers.offers import end_offer, fresh_offer
from meetups.speakers.talk_states import tell_deciders

State = TalkOffer.State


def withdraw_talk_offer(*, offer: TalkOffer, at: datetime, by: User) -> TalkOffer:
    """The link stops working, and a mail that has not left does not leave. What has ended already stays as it is."""
    with seats_of(offer.talk.event, at=at) as seats:
        offer = fresh_offer(offer)
        if offer.state == State.OFFERED:
            end_offer(offer, State.WITHDRAWN, event=seats.event, verb="withdraw_talk_offer", at=at, by=by)
        return offer


def decline_talk_offer(*, offer: TalkOffer, word: str = "", at: datetime) -> TalkOffer:
    """The link is enough. The talk stays as it was entered, and organizers are told, with `word`, a message that may be empty.

    What has ended already stays as it is.
    """
    with seats_of(offer.talk.event, at=at) as seats:
        offer = fresh_offer(offer)
        if offer.state == State.OFFERED:
            offer.word = word
            entry = end_offer(offer, State.DECLINED, event=seats.event, verb="decline_talk_offer", at=at, by=None)
            event = seats.event
            tell_deciders(
                "talk_offer_declined",
                event.community_id,
                thread=event.thread,
                subject=offer.subject,
                cause=entry.pk,
                at=at,
            )
        return offer
