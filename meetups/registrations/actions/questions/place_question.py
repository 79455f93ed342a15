"""A question moves up or down in the form."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.registrations.models import Slot
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.questions.question_steps import put
from meetups.registrations.questions.questions import all_questions
from meetups.registrations.refusals import refuse_what_is_over
from meetups.registrations.slot_settings import Direction, neighbours_exchanged, note


def place_question(*, slot: Slot, id: str, direction: Direction, at: datetime, by: User) -> None:  # noqa: A002 - the field's word
    """Exchanges the question with its neighbour. The first does not move up, the last not down. Raises EventClosed."""
    with seats_of(slot.event, at=at) as seats:
        slot = seats.slots[slot.pk]
        refuse_what_is_over(seats.event, at)
        known = all_questions(slot)
        asked = [one for one in known if not one.retired and not one.is_for_all]
        place = next((number for number, one in enumerate(asked) if one.id == id), None)
        if place is None or not neighbours_exchanged(asked, place, direction):
            return
        put(slot, [*asked, *(one for one in known if one.retired or one.is_for_all)])
        note(seats, slot, "place_question", at=at, by=by, question=id)
