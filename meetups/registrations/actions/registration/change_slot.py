"""A person moves to another slot."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from meetups.core.errors import DomainError
from meetups.registrations.models import Registration, Slot
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.questions.questions import checked
from meetups.registrations.refusals import (
    NoLongerRegistered,
    NotForEveryone,
    RegistrationClosed,
    refuse_unless_open,
)


class WouldWait(DomainError):
    """The other slot has no free seat, and the person has not agreed to wait."""

    message = _(
        "If you change, you lose your current registration and will be waitlisted or entered in the lottery there."
    )


def change_slot(
    *,
    registration: Registration,
    slot: Slot,
    at: datetime,
    accept_waiting: bool = False,
    answers: Mapping[str, Any] | None = None,
) -> Registration:
    """Leaves one slot and joins the end of the other (RULES 1). If the person must wait there, `accept_waiting` is needed.

    `answers` are for the questions of the other slot, by id. A change to the person's own slot does nothing. Raises EventClosed,
    NotOpenYet, RegistrationClosed, NotForEveryone, NoLongerRegistered, SeatIsHeld, WouldWait, AnswerMissing, AnswerNotOffered.
    """
    with seats_of(slot.event, at=at) as seats:
        registration = seats.fresh(registration)
        refuse_unless_open(seats.event, at)
        if slot.pk not in seats.slots:
            raise RegistrationClosed
        slot = seats.slots[slot.pk]
        seats.refuse_before_opening(at)
        if not registration.is_active:
            raise NoLongerRegistered
        if not slot.is_general:
            raise NotForEveryone
        if slot.closes_at <= at:
            raise RegistrationClosed
        if registration.slot_id == slot.pk:
            return registration
        way_in = seats.way_in(slot, at=at)
        costs_a_seat = registration.state == Registration.State.CONFIRMED and way_in == Registration.State.APPLIED
        if (way_in == Registration.State.WAITLISTED or costs_a_seat) and not accept_waiting:
            raise WouldWait
        seats.change_slot(registration, slot, at=at, answers=checked(slot, answers or {}))
        return registration
