"""The steps by which a community gets another owner (RULES 247, 248). The caller has locked the community."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.communities.models import Community, Membership
from meetups.communities.permissions import Role
from meetups.communities.refusals import LastOwner
from meetups.history.models import record
from meetups.notifications.notify import notify


def owns_alone(membership: Membership) -> bool:
    owners = Membership.objects.owners().filter(community=membership.community_id)
    return membership.role == Role.OWNER and not owners.exclude(pk=membership.pk).exists()


def successor_of(community: Community) -> Membership | None:
    return Membership.objects.successors().select_related("person").filter(community=community).first()


def hand_over_community(community: Community, *, from_: User, by: User | None, at: datetime) -> Membership:
    """The only owner goes: the successor becomes the owner, and is told. Raises LastOwner where no one is named."""
    successor = successor_of(community)
    if successor is None:
        raise LastOwner
    make_owner(successor, verb="hand_over_community", by=by, told=[from_] if by else [], at=at)
    return successor


def make_owner(successor: Membership, *, verb: str, by: User | None, told: list[User], at: datetime) -> None:
    """The successor and those in `told`, who owned it before, get one mail each."""
    community = successor.community
    entry = record(
        thread=community.thread,
        subject=f"membership:{successor.pk}",
        verb=verb,
        at=at,
        by=by,
        before=successor.role,
        after=str(Role.OWNER),
    )
    successor.role, successor.successor_since = Role.OWNER, None
    successor.save(update_fields=["role", "successor_since"])
    for kind, people in (("owner_now", [successor.person]), ("owner_succeeded", told)):
        for person in people:
            notify(
                kind=kind,
                recipient=person,
                thread=community.thread,
                subject=f"membership:{successor.pk}",
                cause=entry.pk,
                at=at,
            )
