"""Refusals that several actions share."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from meetups.core.errors import DomainError
from meetups.events.models import Event
from meetups.registrations.refusals import EventClosed
from meetups.volunteers.models import Shift


class NoLongerAsked(DomainError):
    message = _("This request has already been answered or withdrawn.")


class ShiftIsOver(DomainError):
    message = _("This shift was canceled or has already begun.")


class ShiftsOverlap(DomainError):
    message = _("You’ve signed up for “%(shift)s”, which is at the same time. Cancel that shift first.")


class ShiftIsBeingCanceled(DomainError):
    message = _("This shift is being canceled.")


def refuse_unless_shift_is_ahead(event: Event, shift: Shift, at: datetime) -> None:
    """Raises EventClosed where the shift has begun or was canceled, or its event is not public, and ShiftIsBeingCanceled."""
    if not event.is_open(at) or shift.cancelled_at or shift.starts_at <= at:
        raise EventClosed
    if shift.is_being_canceled:
        raise ShiftIsBeingCanceled
