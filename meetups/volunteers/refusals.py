"""Refusals that several actions share."""

from django.utils.translation import gettext_lazy as _

from meetups.core.errors import DomainError


class NoLongerAsked(DomainError):
    message = _("This question has been answered or withdrawn already.")
