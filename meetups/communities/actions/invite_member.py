"""An owner invites someone to the team."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.communities.invitation_quota import count_invitations
from meetups.communities.models import Community, Invitation, Membership
from meetups.communities.permissions import Role
from meetups.core.errors import DomainError
from meetups.history.models import record
from meetups.notifications.notify import notify_address

VALID_FOR = timedelta(days=14)


class IsMemberAlready(DomainError):
    message = _("%(email)s already has a role here. Change it in the team list.")


def invite_member(*, community: Community, email: str, role: Role, at: datetime, by: User) -> Invitation:
    """Sends a link that gives `role` to the person who signs in with `email`. It is valid for 14 days.

    An open invitation is replaced: the old link stops working. Raises IsMemberAlready, TooManyInvitationsToday.
    """
    email = email.lower()
    with transaction.atomic(durable=True):
        community = Community.objects.select_for_update(no_key=True).get(pk=community.pk)
        if Membership.objects.filter(community=community, person__email=email).exists():
            raise IsMemberAlready(email=email)
        Invitation.objects.filter(
            community=community, email=email, accepted_at__isnull=True, withdrawn_at__isnull=True
        ).update(withdrawn_at=at)
        invitation = Invitation.objects.create(
            community=community,
            email=email,
            role=role,
            language=User.objects.language_at(email, otherwise=community.language),
            invited_by=by,
            created_at=at,
            expires_at=at + VALID_FOR,
        )
        entry = record(
            thread=community.thread,
            subject=f"invitation:{invitation.pk}",
            verb="invite_member",
            at=at,
            by=by,
            role=role,
        )
        notify_address(
            kind="invitation",
            address=email,
            language=invitation.language,
            thread=community.thread,
            subject=f"invitation:{invitation.pk}",
            cause=entry.pk,
            at=at,
            not_after=invitation.expires_at,
        )
        count_invitations(community, 1, at=at, by=by)
        return invitation
