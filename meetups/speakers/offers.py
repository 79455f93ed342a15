"""Steps on offers of talks; the caller holds the seat lock."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.events.models import Event
from meetups.history.models import HistoryEntry, record_end
from meetups.speakers.models import TalkOffer


class TalkOfferIsOver(DomainError):
    message = _("This link was already used, or it is too old. Ask the organizers for a new one.")


class OfferedToSomeoneElse(DomainError):
    message = _("The invitation went to another email address. Sign in with that one.")


def fresh_offer(offer: TalkOffer) -> TalkOffer:
    """The offer as it stands under the lock, with its talk."""
    return TalkOffer.objects.select_related("talk__event", "talk__speaker").get(pk=offer.pk)


def end_offer(
    offer: TalkOffer, state: TalkOffer.State, *, event: Event, verb: str, at: datetime, by: User | None
) -> HistoryEntry:
    """Takes the only step of an offer and records it. Raises TalkOfferIsOver where it was taken already."""
    if state not in TalkOffer.TRANSITIONS[offer.state]:
        raise TalkOfferIsOver
    return record_end(offer, state, "word", thread=event.thread, verb=verb, at=at, by=by)
