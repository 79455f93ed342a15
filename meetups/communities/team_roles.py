"""The steps by which a role on the team ends or becomes another. The caller has opened the transaction."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.communities.models import Community, Invitation, Membership
from meetups.communities.permissions import Permission, Role
from meetups.communities.refusals import LastOwner
from meetups.communities.succession import hand_over_community, owns_alone
from meetups.core.versions import refuse_what_has_changed
from meetups.history.models import HistoryEntry, record


def end_membership(membership: Membership, *, at: datetime, by: User) -> HistoryEntry | None:
    """Ends a role; that of the only owner passes to the successor (RULES 247). None for one that has ended already.

    Raises LastOwner.
    """
    found, community = _locked(membership)
    if found is None:
        return None
    if owns_alone(found):
        hand_over_community(community, from_=found.person, by=by, at=at)
    entry = record(
        thread=community.thread,
        subject=f"membership:{found.pk}",
        verb="remove_member",
        at=at,
        by=by,
        role=found.role,
    )
    end_invitations(found, at)
    found.delete()
    return entry


def give_role(membership: Membership, role: Role, *, seen: str, at: datetime, by: User) -> HistoryEntry | None:
    """Changes the role in place: the membership and its date stay (RULES 205).

    `seen` is the role that the page showed. None for a role that has ended, and where it is the same. Raises ChangedMeanwhile,
    LastOwner.
    """
    found, community = _locked(membership)
    if found is None or found.role == role:
        return None
    refuse_what_has_changed(seen, found.role)
    if owns_alone(found):
        raise LastOwner
    entry = record(
        thread=community.thread,
        subject=f"membership:{found.pk}",
        verb="change_role",
        at=at,
        by=by,
        before=found.role,
        after=str(role),
    )
    found.role = role
    if role == Role.OWNER:
        found.successor_since = None
    found.save(update_fields=["role", "successor_since"])
    if not found.grants(Permission.MANAGE_MEMBERS):
        end_invitations(found, at)
    return entry


def end_invitations(membership: Membership, at: datetime) -> None:
    """Who no longer manages the team has no one else come into it (RULES 273)."""
    sent = Invitation.objects.open(at).filter(community=membership.community_id, invited_by=membership.person_id)
    sent.update(withdrawn_at=at)


def _locked(membership: Membership) -> tuple[Membership | None, Community]:
    community = Community.objects.select_for_update(no_key=True).get(pk=membership.community_id)
    return Membership.objects.filter(pk=membership.pk).first(), community
