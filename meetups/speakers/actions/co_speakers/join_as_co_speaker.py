"""A person who was asked to be a co-speaker says yes."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User, person_key
from meetups.core.errors import DomainError
from meetups.events.rehearsals import join_rehearsal
from meetups.registrations.models import Hold
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.refusals import AlreadyRegistered, refuse_unless_open
from meetups.speakers.co_speakers import CoSpeakingIsOver, fresh, move_co_speaker, seat_co_speaker, tell_speaker
from meetups.speakers.models import CoSpeaker, Talk
from meetups.speakers.talk_states import refuse_unless_in

State = CoSpeaker.State


class AskedIsSomeoneElse(DomainError):
    message = _("The invitation went to another email address. Sign in with that one.")


def join_as_co_speaker(*, co_speaker: CoSpeaker, at: datetime, by: User) -> CoSpeaker:
    """Makes `by` a co-speaker of the talk. In a confirmed talk they get a seat of their own (RULES 20, 86).

    The link alone is not enough: it is for the mailbox that was asked (RULES 16, 85). A second call changes nothing. Raises
    AskedIsSomeoneElse, CoSpeakingIsOver, TalkHasMovedOn, EventClosed, and AlreadyRegistered where another account of the same
    mailbox has a place.
    """
    with seats_of(co_speaker.talk.event, at=at) as seats:
        co_speaker = fresh(co_speaker)
        talk = co_speaker.talk
        if person_key(co_speaker.address) != by.person_key:
            raise AskedIsSomeoneElse
        if co_speaker.state == State.JOINED and co_speaker.person == by:
            return co_speaker
        if co_speaker.state != State.ASKED:
            raise CoSpeakingIsOver
        refuse_unless_open(seats.event, at)
        refuse_unless_in(talk, Talk.State.ACCEPTED, Talk.State.CONFIRMED)
        place = seats.registration_of(by)
        if place and place.attendee_id != by.pk:
            raise AlreadyRegistered
        co_speaker.person = by
        entry = move_co_speaker(co_speaker, State.JOINED, event=seats.event, verb="join_as_co_speaker", at=at, by=by)
        if talk.state == Talk.State.CONFIRMED:
            held = Hold.objects.active().get(subject=talk.subject)
            seat_co_speaker(seats, co_speaker, seats.slots[held.slot_id], verb="join_as_co_speaker", at=at, by=by)
        else:
            # With the seat comes a mail that has the rehearsal in it.
            join_rehearsal(seats.event, by, cause=entry.pk, at=at)
        tell_speaker(co_speaker, event=seats.event, cause=entry.pk, at=at)
        return co_speaker
