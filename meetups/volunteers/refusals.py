"""Refusals that several actions share."""

from django.utils.translation import gettext_lazy as _

from meetups.core.errors import DomainError


class NoLongerAsked(DomainError):
    message = _("This request has already been answered or withdrawn.")


class ShiftIsOver(DomainError):
    message = _("This shift was canceled or has already begun.")


class ShiftsOverlap(DomainError):
    message = _("You’ve signed up for “%(shift)s”, which is at the same time. Cancel that shift first.")


class ShiftIsBeingCanceled(DomainError):
    message = _("This shift is being canceled.")
