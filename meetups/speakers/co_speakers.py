"""Steps on co-speakers; the caller holds the seat lock."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.events.models import Event
from meetups.events.rehearsals import leave_rehearsal
from meetups.history.models import HistoryEntry, record
from meetups.notifications.notify import notify
from meetups.registrations.models import Hold, Slot
from meetups.registrations.pen.seats import Seats
from meetups.registrations.refusals import AlreadyRegistered
from meetups.speakers.models import CoSpeaker, Talk

State = CoSpeaker.State


class CoSpeakerHasAnotherPlace(DomainError):
    message = _(
        "Co-speaker %(name)s is already registered with another account. Cancel that registration, or "
        "remove them from the talk."
    )


class CoSpeakingIsOver(DomainError):
    message = _("This was already answered or withdrawn. Reload the page to see its current state.")


def fresh(co_speaker: CoSpeaker) -> CoSpeaker:
    """The co-speaker as it stands under the lock, with its talk and people."""
    return CoSpeaker.objects.select_related("talk__speaker", "person").get(pk=co_speaker.pk)


def move_co_speaker(
    co_speaker: CoSpeaker, state: CoSpeaker.State, *, event: Event, verb: str, at: datetime, by: User | None
) -> HistoryEntry:
    """Takes one step and records it. Raises CoSpeakingIsOver where the transition table does not have the step."""
    before = co_speaker.state
    if state not in CoSpeaker.TRANSITIONS[before]:
        raise CoSpeakingIsOver
    co_speaker.state = state
    if state == State.JOINED:
        co_speaker.joined_at = at
    else:
        co_speaker.ended_at = at
    co_speaker.save(update_fields=["state", "person", "joined_at", "ended_at"])
    if co_speaker.talk.state == Talk.State.CONFIRMED and State.JOINED in (before, state):
        # The event's calendar entry contains the programme, which names the speakers.
        event.raise_sequence(at)
        event.save(update_fields=["sequence", "sequence_since"])
    return record(
        thread=event.thread, subject=co_speaker.subject, verb=verb, at=at, by=by, from_state=before, to_state=state
    )


def tell_speaker(co_speaker: CoSpeaker, *, event: Event, cause: int, at: datetime) -> None:
    """Tells the talk's own speaker the result."""
    notify(
        kind="co_speaker_answered",
        recipient=co_speaker.talk.speaker,
        thread=event.thread,
        subject=co_speaker.subject,
        cause=cause,
        at=at,
    )


def seat_co_speakers(seats: Seats, talk: Talk, slot: Slot, *, at: datetime, by: User) -> None:
    """Gives each co-speaker of a confirmed talk a seat of their own (RULES 20, 86). Raises CoSpeakerHasAnotherPlace."""
    joined = CoSpeaker.objects.active().filter(talk=talk).select_related("person").order_by("pk")
    for co_speaker in joined:
        seat_co_speaker(seats, co_speaker, slot, verb="confirm_talk", at=at, by=by)


def seat_co_speaker(seats: Seats, co_speaker: CoSpeaker, slot: Slot, *, verb: str, at: datetime, by: User) -> None:
    """Confirms the seat of a co-speaker who has joined, and tells them. Raises CoSpeakerHasAnotherPlace."""
    person = co_speaker.person
    assert person is not None
    try:
        seats.holds.begin(
            person,
            slot,
            kind=Hold.Kind.INVITATION,
            subject=co_speaker.subject,
            at=at,
            by=by,
            verb=verb,
            tell="co_speaker_seat",
        )
    except AlreadyRegistered as error:
        raise CoSpeakerHasAnotherPlace(name=person.name) from error


def unseat_co_speakers(seats: Seats, talk: Talk, *, entry: HistoryEntry, at: datetime, by: User | None) -> None:
    """Ends the seats that a talk that has ended held for co-speakers: they fall back (RULES 21).

    Co-speakers who had no such seat are told all the same.
    """
    joined = CoSpeaker.objects.active().filter(talk=talk).select_related("person").order_by("pk")
    for co_speaker in joined:
        fell = seats.holds.end(co_speaker.subject, at=at, by=by, verb=entry.verb, tell="talk_ended")
        if fell is None:
            _tell_her(co_speaker, event=seats.event, cause=entry.pk, at=at)


def end_co_speaking(
    seats: Seats, co_speaker: CoSpeaker, *, verb: str, at: datetime, by: User | None, leaving: bool = False
) -> None:
    """Ends the part of a co-speaker who had joined. Their seat falls back (RULES 21), or is about to go itself with `leaving`.

    A co-speaker with a seat is told what became of it, also if they did it themselves (RULES 21). Without a seat they are told if
    someone else did it. The talk's speaker is told unless they did it. Raises CoSpeakingIsOver.
    """
    entry = move_co_speaker(co_speaker, State.LEFT, event=seats.event, verb=verb, at=at, by=by)
    assert co_speaker.person is not None
    if co_speaker.talk.state in (Talk.State.ACCEPTED, Talk.State.CONFIRMED):
        leave_rehearsal(seats.event, co_speaker.person, cause=entry.pk, at=at)
    if leaving:
        seats.holds.drop(co_speaker.subject, at=at)
        take_out_of_calendar(co_speaker.talk, co_speaker.person, event=seats.event, cause=entry.pk, at=at)
    elif not seats.holds.end(co_speaker.subject, at=at, by=by, verb=verb, tell="co_speaking_ended") and (
        by != co_speaker.person
    ):
        _tell_her(co_speaker, event=seats.event, cause=entry.pk, at=at)
    if by != co_speaker.talk.speaker:
        tell_speaker(co_speaker, event=seats.event, cause=entry.pk, at=at)


def end_co_speakings(seats: Seats, person: User, *, at: datetime, by: User | None) -> list[CoSpeaker]:
    """Ends the part of `person` in every talk of others at the event, which `person` leaves. Returns what ended."""
    joined = CoSpeaker.objects.active().filter(
        person=person, talk__in=Talk.objects.alive().filter(event_id=seats.event.pk)
    )
    ended = list(joined.select_related("talk__speaker", "person").order_by("pk"))
    for co_speaker in ended:
        end_co_speaking(seats, co_speaker, verb="release_co_speaker", at=at, by=by, leaving=True)
    return ended


def take_out_of_calendar(talk: Talk, person: User, *, event: Event, cause: int, at: datetime) -> None:
    """Tells a speaker who leaves the event that the talk goes from their calendar too. Not where the talk was never in it."""
    if talk.confirmed_at:
        notify(
            kind="talk_off_programme", recipient=person, thread=event.thread, subject=talk.subject, cause=cause, at=at
        )


def _tell_her(co_speaker: CoSpeaker, *, event: Event, cause: int, at: datetime) -> None:
    assert co_speaker.person is not None
    notify(
        kind="co_speaking_over",
        recipient=co_speaker.person,
        thread=event.thread,
        subject=co_speaker.subject,
        cause=cause,
        at=at,
    )
