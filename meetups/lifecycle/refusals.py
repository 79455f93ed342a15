"""Refusals that several actions share."""

from django.utils.translation import gettext_lazy as _

from meetups.core.errors import DomainError


class MessageHasLeft(DomainError):
    message = _("This message is no longer scheduled: it was sent or withdrawn.")


class EventTimeHasPassed(DomainError):
    message = _("That time has passed. Choose a later one, or send it now.")


class StopsBeforeItLeaves(DomainError):
    message = _("The message would stop before it’s sent. Choose a later end.")
    status = 422


class NoLongerStanding(DomainError):
    message = _("This message has stopped. No one else gets it.")


class TooFarAhead(DomainError):
    message = _("A message can be scheduled at most a year ahead.")
