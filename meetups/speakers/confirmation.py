"""The step that puts a talk on the programme; the caller holds the seat lock."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.registrations.models import Hold, Slot
from meetups.registrations.new_slots import SlotPlan, open_slots
from meetups.registrations.pen.seats import Seats
from meetups.speakers.co_speakers import seat_co_speakers
from meetups.speakers.models import Talk
from meetups.speakers.programme.steps import make_room
from meetups.speakers.talk_states import move_talk, tell_organizers


def confirm(seats: Seats, talk: Talk, *, speaker_slot_name: str, at: datetime, by: User) -> None:
    """Puts an accepted talk on the programme with an invited seat, which is never refused for lack of seats (RULES 20).

    Organizers are told. An event without a slot for invited people gets one with the name `speaker_slot_name`. Raises
    TalkHasMovedOn, AlreadyRegistered.
    """
    invited = invited_slot(seats, speaker_slot_name)
    make_room(talk, event=seats.event)
    entry = move_talk(talk, Talk.State.CONFIRMED, event=seats.event, verb="confirm_talk", at=at, by=by)
    seat_speaker(seats, talk, invited, verb="confirm_talk", at=at, by=by)
    seat_co_speakers(seats, talk, invited, at=at, by=by)
    tell_organizers("talk_confirmed", talk, event=seats.event, cause=entry.pk, at=at, but=by)


def invited_slot(seats: Seats, speaker_slot_name: str) -> Slot:
    """The event's slot for invited people. Where there is none, one with this name is opened."""
    invited = next((slot for slot in seats.slots.values() if slot.admission == Slot.Admission.INVITED), None)
    if invited is None:
        [invited] = open_slots(seats.event, [SlotPlan(speaker_slot_name, Slot.Admission.INVITED, 1)])
        seats.slots[invited.pk] = invited
    return invited


def seat_speaker(seats: Seats, talk: Talk, slot: Slot, *, verb: str, at: datetime, by: User) -> None:
    """Confirms the seat of the speaker of a talk on the program, and tells them. Raises AlreadyRegistered."""
    seats.holds.begin(
        talk.speaker,
        slot,
        kind=Hold.Kind.INVITATION,
        subject=talk.subject,
        at=at,
        by=by,
        verb=verb,
        tell="talk_seat",
    )
