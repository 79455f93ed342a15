"""A person accepts an invitation to the team."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.communities.models import Invitation, Membership
from meetups.core.errors import DomainError
from meetups.history.models import record


class MemberInvitationIsOver(DomainError):
    message = _("This invitation was used, was canceled or has expired (14 days). Ask an owner for a new one.")


class InvitationIsForSomeoneElse(DomainError):
    message = _("This invitation was sent to another email address. Sign in with that one.")


def accept_invitation(*, invitation: Invitation, at: datetime, by: User) -> Membership:
    """Gives `by` the role.

    A role that `by` already has stays as it is. Raises MemberInvitationIsOver, InvitationIsForSomeoneElse.
    """
    with transaction.atomic(durable=True):
        invitation = (
            Invitation.objects.select_for_update(of=("self",)).select_related("community").get(pk=invitation.pk)
        )
        if invitation.accepted_at or invitation.withdrawn_at or invitation.expires_at <= at:
            raise MemberInvitationIsOver
        if by.email.lower() != invitation.email:
            raise InvitationIsForSomeoneElse
        membership, _created = Membership.objects.get_or_create(
            community=invitation.community, person=by, defaults={"role": invitation.role, "since": at}
        )
        invitation.accepted_at = at
        invitation.save(update_fields=["accepted_at"])
        record(
            thread=invitation.community.thread,
            subject=f"membership:{membership.pk}",
            verb="accept_invitation",
            at=at,
            by=by,
            role=invitation.role,
        )
        return membership
