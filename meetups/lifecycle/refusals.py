"""Refusals that several actions share."""

from django.utils.translation import gettext_lazy as _

from meetups.core.errors import DomainError


class MessageHasLeft(DomainError):
    message = _("This message is no longer scheduled: it was sent or withdrawn.")


class EventTimeHasPassed(DomainError):
    message = _("That time has passed. Choose a later one, or send it now.")


class TooFarAhead(DomainError):
    message = _("A message can be scheduled at most a year ahead.")
