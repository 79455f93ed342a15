"""A person changes their answers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.history.models import record
from meetups.registrations.models import Registration
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.questions.event_questions import answerable_until
from meetups.registrations.questions.questions import checked
from meetups.registrations.refusals import NoLongerRegistered, refuse_unless_open


class AnswersClosed(DomainError):
    message = _(
        "Answers could be changed until registration closed. If something is wrong, please tell the organizers."
    )


def change_answers(*, registration: Registration, answers: Mapping[str, Any], at: datetime, by: User) -> Registration:
    """Replaces the answers to the questions of the slot, until registration closes there; of the whole event, until it starts.

    The history says that they changed, but not what they are. Raises EventClosed, NoLongerRegistered, AnswersClosed,
    AnswerMissing, AnswerNotOffered.
    """
    with seats_of(registration.event, at=at) as seats:
        registration = seats.fresh(registration)
        slot = seats.slots[registration.slot_id]
        refuse_unless_open(seats.event, at)
        if not registration.is_active:
            raise NoLongerRegistered
        if answerable_until(slot, seats.event.starts_at) <= at:
            raise AnswersClosed
        given = checked(slot, answers)
        # Answers to retired questions stay.
        asked = {question["id"] for question in slot.questions if not question["retired"]}
        kept = {key: answer for key, answer in registration.answers.items() if key not in asked}
        if registration.answers != kept | given:
            registration.answers = kept | given
            registration.save(update_fields=["answers"])
            record(thread=seats.event.thread, subject=f"answers:{registration.pk}", verb="change_answers", at=at, by=by)
        return registration
