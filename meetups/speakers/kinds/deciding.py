"""To whom messages go that ask for a decision."""

from meetups.accounts.models import User
from meetups.communities.models import Membership
from meetups.communities.permissions import Permission, roles_with


def decides(person: User | None, community_id: int) -> bool:
    """Whether `person` still decides about talks in the community."""
    return Membership.objects.filter(
        community_id=community_id, person=person, role__in=roles_with(Permission.DECIDE_TALKS)
    ).exists()
