"""Refusals that more than one action of this room gives."""

from django.utils.translation import gettext_lazy as _

from meetups.core.errors import DomainError


class SeatsBusy(DomainError):
    """The seat lock could not be had in time."""

    message = _("Many people are registering at this moment. Nothing was changed; please try again in a few seconds.")
    status = 503


class EventClosed(DomainError):
    message = _("This event is over or cancelled, so nothing can be changed any more.")


class RegistrationClosed(DomainError):
    message = _("Registration for this slot has closed.")


class NotForEveryone(DomainError):
    message = _("Seats in this slot come with a duty or an invitation. Take a shift, or choose another slot.")


class AlreadyRegistered(DomainError):
    message = _("You are registered for this event already. One person has one place.")


class NoLongerRegistered(DomainError):
    message = _("This registration was cancelled already.")


class SeatIsHeld(DomainError):
    message = _("This seat comes with a shift or a talk. Step down from it first, or leave the event as a whole.")


class SeatsTaken(DomainError):
    message = _("%(taken)s seats are taken already, so the slot cannot shrink to %(capacity)s.")


class AlreadyAsked(DomainError):
    message = _("People have been asked already, so the question cannot be changed any more.")


class SlotIsFull(DomainError):
    message = _("No seat is free in this slot. Say that this person comes above the number of seats, or add seats.")


class TooSoonForALottery(DomainError):
    message = _(
        "The event begins so soon that no lottery fits before it: entries must close at least 30 minutes before the draw. "
        "Choose a later date, or make a new event with first come."
    )
