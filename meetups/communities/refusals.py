"""Refusals that several actions share."""

from django.utils.translation import gettext_lazy as _

from meetups.core.errors import DomainError


class LastOwner(DomainError):
    message = _("A community needs an owner. Name a successor, or make another person of the team an owner first.")
