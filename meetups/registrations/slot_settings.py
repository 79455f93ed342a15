"""Helpers that the actions on a slot's settings share. They find changes by others, and refuse changes that come too late."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.core.versions import version
from meetups.history.models import HistoryEntry, record
from meetups.registrations.models import HeldPlace, Lottery, Registration, Slot
from meetups.registrations.pen.seats import Seats
from meetups.registrations.questions.questions import Question


class Direction(StrEnum):
    """One place up or down in a list."""

    UP = "up"
    DOWN = "down"


class NameIsTaken(DomainError):
    """Another slot has this name, and people could not tell the two apart. A form that is sent twice also ends here."""

    message = _("This event already has a slot called “%(slot)s”. Choose another name.")


def settings_version(slot: Slot) -> str:
    """The version of name, seats and deadlines."""
    deadlines = (slot.closes_at, slot.free_cancellation_ends_at, slot.promotion_stops_at)
    return version(slot.name, slot.capacity, *(instant.timestamp() for instant in deadlines))


def admission_version(slot: Slot, lottery: Lottery | None) -> str:
    """The version of the admission rules."""
    said: tuple[object, ...] = ()
    if lottery:
        dates = (lottery.closes_at.timestamp(), lottery.draws_at.timestamp())
        said = (*dates, lottery.source, lottery.source_note, lottery.favours, lottery.lighter_for_no_shows)
    return version(slot.admission, slot.first_come_seats, slot.takes_pairs, *said)


def question_version(question: Question) -> str:
    """The version of one question with all its texts."""
    return version(question.as_json())


def neighbours_exchanged[Thing](things: list[Thing], place: int, direction: Direction) -> bool:
    """Exchanges the item at `place` with its neighbour; False where there is no neighbour."""
    other = place + (1 if direction == Direction.DOWN else -1)
    if not 0 <= other < len(things):
        return False
    things[place], things[other] = things[other], things[place]
    return True


def is_empty(slot: Slot) -> bool:
    """Whether no one has a place in the slot, and no place is held for anyone."""
    return not (
        Registration.objects.active().filter(slot=slot).exists() or HeldPlace.objects.held().filter(slot=slot).exists()
    )


def note(pen: Seats, slot: Slot, verb: str, /, *, at: datetime, by: User, **details: Any) -> HistoryEntry:
    """Adds one entry to the history of the slot."""
    return record(thread=pen.event.thread, subject=f"slot:{slot.pk}", verb=verb, at=at, by=by, **details)
