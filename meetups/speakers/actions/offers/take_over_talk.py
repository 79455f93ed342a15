"""A speaker takes over the talk that organizers have entered for them."""

from datetime import datetime

from meetups.accounts.models import User, person_key
from meetups.history.models import record
from meetups.registrations.pen.seats import Seats, seats_of
from meetups.registrations.refusals import AlreadyRegistered
from meetups.speakers.confirmation import invited_slot, seat_speaker
from meetups.speakers.models import CoSpeaker, Presence, Talk, TalkOffer
from meetups.speakers.offers import OfferedToSomeoneElse, TalkOfferIsOver, end_offer, fresh_offer
from meetups.speakers.talk_states import tell_organizers


def take_over_talk(*, offer: TalkOffer, speaker_slot_name: str, at: datetime, by: User) -> Talk:
    """Makes `by` the speaker of the talk, with all that hangs on it: slides, checklist, its place on the program.

    Until the event is over it comes with a seat, which is never refused (RULES 20). The name that organizers had entered is gone. The
    link alone is not enough: it is for the mailbox that it went to (RULES 16). A second call changes nothing. Raises
    OfferedToSomeoneElse, TalkOfferIsOver, and AlreadyRegistered where another account of the same mailbox has a place.
    """
    with seats_of(offer.talk.event, at=at) as seats:
        offer = fresh_offer(offer)
        talk = offer.talk
        if person_key(offer.address) != by.person_key:
            raise OfferedToSomeoneElse
        if offer.state == TalkOffer.State.TAKEN and talk.speaker_id == by.pk:
            return talk
        if not offer.can_be_taken(at) or CoSpeaker.objects.active().filter(talk=talk, person=by).exists():
            raise TalkOfferIsOver
        place = seats.registration_of(by)
        if place and place.attendee_id != by.pk:
            raise AlreadyRegistered
        _become_speaker(seats, talk, by, at=at)
        end_offer(offer, TalkOffer.State.TAKEN, event=seats.event, verb="take_talk_offer", at=at, by=by)
        entry = record(thread=seats.event.thread, subject=talk.subject, verb="take_over_talk", at=at, by=by)
        if not seats.event.is_over(at):
            slot = invited_slot(seats, speaker_slot_name)
            seat_speaker(seats, talk, slot, verb="take_over_talk", at=at, by=by)
        tell_organizers("talk_taken_over", talk, event=seats.event, cause=entry.pk, at=at, but=by)
        return talk


def _become_speaker(seats: Seats, talk: Talk, person: User, *, at: datetime) -> None:
    name = talk.speaker
    talk.speaker, talk.by_hand = person, False
    talk.save(update_fields=["speaker", "by_hand"])
    seen = Presence.objects.filter(event_id=seats.event.pk, person=person).values("occasion")
    Presence.objects.filter(event_id=seats.event.pk, person=name).exclude(occasion__in=seen).update(person=person)
    name.delete()
    # The event's calendar entry has the program with its speakers.
    seats.event.raise_sequence(at)
    seats.event.save(update_fields=["sequence", "sequence_since"])
