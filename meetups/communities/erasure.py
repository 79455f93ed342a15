"""What communities forget of an erased person (RULES 211). The caller has opened the transaction."""

from django.db.models import Exists, OuterRef

from meetups.accounts.erasure import Erased, erased_address
from meetups.communities.models import Community, Follow, Invitation, InvitationsSent, Membership, RaisedHand
from meetups.communities.permissions import Role
from meetups.communities.succession import hand_over_community, owns_alone, successor_of
from meetups.communities.team_roles import end_invitations
from meetups.history.models import record


def owned_alone(erased: Erased) -> list[tuple[Community, Membership | None]]:
    """The communities whose only owner is the person, and who becomes the owner of each (RULES 247)."""
    if erased.person is None:
        return []
    others = Membership.objects.owners().filter(community=OuterRef("community")).exclude(person=erased.person)
    owned = Membership.objects.filter(~Exists(others), person=erased.person, role=Role.OWNER)
    return [(one.community, successor_of(one.community)) for one in owned.select_related("community").order_by("pk")]


def lock_communities(erased: Erased) -> None:
    """Waits for other changes of the teams that the person belongs to: the last owner but one may just be leaving."""
    if erased.person:
        mine = Membership.objects.filter(person=erased.person).values("community")
        list(Community.objects.select_for_update(no_key=True).filter(pk__in=mine).order_by("pk"))


def erase_from_communities(erased: Erased) -> None:
    """Ends roles and follows, withdraws invitations to the team, and blanks addresses."""
    if erased.person:
        for membership in Membership.objects.filter(person=erased.person).select_related("community"):
            if owns_alone(membership):
                hand_over_community(membership.community, from_=erased.person, by=None, at=erased.at)
                erased.count("communities handed over to their successor", 1)
            record(
                thread=membership.community.thread,
                subject=f"membership:{membership.pk}",
                verb="remove_member",
                at=erased.at,
                by=None,
                role=membership.role,
            )
            end_invitations(membership, erased.at)
            membership.delete()
            erased.count("roles in teams ended", 1)
        for model, what in (
            (Follow, "follows ended"),
            (InvitationsSent, "counts of invitations deleted"),
            (RaisedHand, "raised hands lowered"),
        ):
            number, _by_model = model.objects.filter(person=erased.person).delete()
            erased.count(what, number)
    for invitation in Invitation.objects.filter(erased.at_mailbox("email")):
        if invitation.accepted_at is None and invitation.withdrawn_at is None:
            invitation.withdrawn_at = erased.at
        invitation.email = erased_address(invitation.pk, "invitation-")
        invitation.save(update_fields=["email", "withdrawn_at"])
        erased.count("invitations to teams blanked", 1)
    for column in ("contact_address", "conduct_address"):
        theirs = Community.objects.filter(erased.at_mailbox(column))
        erased.count("addresses of communities emptied", theirs.update(**{column: ""}))
