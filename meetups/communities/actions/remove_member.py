"""A member leaves the team or is removed from it."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.communities.models import Community, Membership
from meetups.communities.permissions import Role
from meetups.communities.refusals import LastOwner
from meetups.history.models import record


def remove_member(*, membership: Membership, at: datetime, by: User) -> None:
    """Ends a role. A role that has already ended stays so. Raises LastOwner."""
    with transaction.atomic(durable=True):
        community = Community.objects.select_for_update(no_key=True).get(pk=membership.community_id)
        found = Membership.objects.filter(pk=membership.pk).first()
        if found is None:
            return
        membership = found
        owners = Membership.objects.filter(community=community, role=Role.OWNER)
        if membership.role == Role.OWNER and owners.count() == 1:
            raise LastOwner
        record(
            thread=community.thread,
            subject=f"membership:{membership.pk}",
            verb="remove_member",
            at=at,
            by=by,
            role=membership.role,
        )
        membership.delete()
