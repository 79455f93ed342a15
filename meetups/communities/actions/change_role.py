"""A member of the team gets another role."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.communities.models import Community, Membership
from meetups.communities.permissions import Role
from meetups.communities.refusals import LastOwner
from meetups.core.versions import refuse_what_has_changed
from meetups.history.models import record


def change_role(*, membership: Membership, role: Role, seen: str, at: datetime, by: User) -> None:
    """Changes the role in place: the membership and its date stay (RULES 205).

    `seen` is the role that the page showed. A role that has ended stays so, and the same role twice is no change. Raises
    ChangedMeanwhile, LastOwner.
    """
    with transaction.atomic(durable=True):
        community = Community.objects.select_for_update(no_key=True).get(pk=membership.community_id)
        found = Membership.objects.filter(pk=membership.pk).first()
        if found is None or found.role == role:
            return
        refuse_what_has_changed(seen, found.role)
        owners = Membership.objects.filter(community=community, role=Role.OWNER)
        if found.role == Role.OWNER and owners.count() == 1:
            raise LastOwner
        record(
            thread=community.thread,
            subject=f"membership:{found.pk}",
            verb="change_role",
            at=at,
            by=by,
            before=found.role,
            after=str(role),
        )
        found.role = role
        found.save(update_fields=["role"])
