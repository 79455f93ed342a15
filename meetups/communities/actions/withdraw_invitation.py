"""An owner withdraws an invitation."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.communities.models import Invitation
from meetups.core.errors import DomainError
from meetups.history.models import record


class InvitationWasAccepted(DomainError):
    message = _("%(email)s has already accepted the invitation. Remove them from the team instead.")


def withdraw_invitation(*, invitation: Invitation, at: datetime, by: User) -> None:
    """Ends the link. A mail that has not left yet is not sent. A second call changes nothing.

    Raises InvitationWasAccepted.
    """
    with transaction.atomic(durable=True):
        invitation = (
            Invitation.objects.select_for_update(of=("self",)).select_related("community").get(pk=invitation.pk)
        )
        if invitation.accepted_at:
            raise InvitationWasAccepted(email=invitation.email)
        if invitation.withdrawn_at:
            return
        invitation.withdrawn_at = at
        invitation.save(update_fields=["withdrawn_at"])
        record(
            thread=invitation.community.thread,
            subject=f"invitation:{invitation.pk}",
            verb="withdraw_invitation",
            at=at,
            by=by,
            role=invitation.role,
        )
