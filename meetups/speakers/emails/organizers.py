"""The organizers who get messages that ask for a decision."""

from meetups.accounts.models import User
from meetups.communities.models import Membership
from meetups.communities.permissions import Permission


def decides(person: User | None, community_id: int) -> bool:
    """Whether `person` still decides about talks in the community (RULES 103)."""
    return Membership.objects.may(person, Permission.DECIDE_TALKS, community_id)
