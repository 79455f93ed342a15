"""Refusals that several actions share."""

from django.utils.translation import gettext_lazy as _

from meetups.core.errors import DomainError


class MessageHasLeft(DomainError):
    message = _("This message is not scheduled any more: it was sent or withdrawn. Nothing was changed.")


class EventTimeHasPassed(DomainError):
    message = _("That time has passed. Choose a later one, or send it now.")


class TooFarAhead(DomainError):
    message = _("A message is scheduled for at most a year ahead.")
