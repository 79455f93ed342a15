"""Steps on offers of talks; the caller holds the seat lock."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.events.models import Event
from meetups.history.models import HistoryEntry, record
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
    before = offer.state
    if state not in TalkOffer.TRANSITIONS[before]:
        raise TalkOfferIsOver
    offer.state, offer.ended_at = state, at
    offer.save(update_fields=["state", "ended_at", "word"])
    return record(
        thread=event.thread, subject=offer.subject, verb=verb, at=at, by=by, from_state=before, to_state=state
    )
