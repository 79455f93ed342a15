"""Refusals that several actions share."""

from django.utils.translation import gettext_lazy as _

from meetups.core.errors import DomainError


class NoLongerAsked(DomainError):
    message = _("This question has been answered or withdrawn already.")


class ShiftIsOver(DomainError):
    message = _("This shift was cancelled or has begun already.")


class ShiftsOverlap(DomainError):
    message = _("You have taken “%(shift)s”, which is at the same time. Step down from it first.")
