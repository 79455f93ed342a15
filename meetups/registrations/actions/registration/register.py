"""A person registers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from meetups.accounts.models import User
from meetups.registrations.models import Registration, Slot
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.questions.questions import checked


def register(
    *,
    slot: Slot,
    attendee: User,
    at: datetime,
    request_id: UUID | None = None,
    answers: Mapping[str, Any] | None = None,
) -> Registration:
    """Registers `attendee` in `slot` with an entry, a seat or the end of the queue, as `way_in` says.

    The same `request_id` gets the first answer again (RULES 31). `answers` are for the slot's questions, by id. Raises
    EventClosed, NotOpenYet, RegistrationClosed, NotForEveryone, AlreadyRegistered, AnswerMissing, AnswerNotOffered, SeatsBusy; then nothing
    was changed.
    """
    with seats_of(slot.event, at=at, newcomer=attendee, request_id=request_id) as seats:
        if seats.answer:
            return seats.answer
        slot = seats.open_slot(slot, at=at)
        given = checked(slot, answers or {})
        return seats.enter(slot, attendee, at=at, request_id=request_id, answers=given)
