"""Refusals that several actions share."""

from django.utils.translation import gettext_lazy as _

from meetups.core.errors import DomainError


class MessageHasLeft(DomainError):
    message = _("This message is not scheduled any more: it was sent or withdrawn. Nothing was changed.")
