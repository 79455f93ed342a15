"""Refusals that more than one action of this room gives."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from meetups.core.errors import DomainError
from meetups.events.models import Event


class SeatsBusy(DomainError):
    """The seat lock was not free in time."""

    message = _("Many people are registering right now. Nothing was changed; please try again in a few seconds.")
    status = 503


class EventClosed(DomainError):
    message = _("This event is over or canceled, so it can’t be changed.")


class RegistrationClosed(DomainError):
    message = _("Registration for this slot is closed.")


class NotOpenYet(DomainError):
    message = _("Registration isn’t open yet. It opens on %(when)s; please try again then.")


class NotForEveryone(DomainError):
    message = _("Seats in this slot are for volunteers or invited people. Sign up for a shift, or choose another slot.")


class AlreadyRegistered(DomainError):
    message = _("You’re already registered for this event. Each person can register once.")


class NoLongerRegistered(DomainError):
    message = _("This registration was already canceled.")


class SeatIsHeld(DomainError):
    message = _("This seat comes with a shift or a talk. Cancel that first, or cancel your registration for the event.")


class SeatsTaken(DomainError):
    message = _("%(taken)s seats are already taken, so the slot can’t shrink to %(capacity)s.")


class AlreadyAsked(DomainError):
    message = _("People have already been asked, so the attendance check can’t be changed.")


class SlotIsFull(DomainError):
    message = _("No seat is free in this slot. Add this person over capacity, or add seats.")


class TooSoonForALottery(DomainError):
    message = _(
        "The event begins too soon for a lottery: entries must close at least 30 minutes before the "
        "draw. Choose a later date, or create a new event that’s first come, first served."
    )


class KindIsAnswered(DomainError):
    message = _(
        "There are already answers (%(answers)s), so the kind of question can’t change. Remove this "
        "question and add another one."
    )


def refuse_unless_open(event: Event, at: datetime) -> None:
    """Raises EventClosed unless the event is public and not over."""
    if not event.is_open(at):
        raise EventClosed


def refuse_unless_ahead(event: Event, at: datetime) -> None:
    """Raises EventClosed unless the event is public and has not begun."""
    if not event.is_published or event.starts_at <= at:
        raise EventClosed


def refuse_unless_published(event: Event) -> None:
    """Raises EventClosed for a draft and for a canceled event."""
    if not event.is_published:
        raise EventClosed


def refuse_what_is_over(event: Event, at: datetime) -> None:
    """Raises EventClosed for an event that is over or canceled."""
    if event.is_cancelled or event.is_over(at):
        raise EventClosed
