"""To whom messages go that are for those who run the shifts."""

from meetups.communities.models import Membership
from meetups.communities.permissions import Permission
from meetups.events.models import Event
from meetups.notifications.models import Notification


def manages(notification: Notification, event: Event) -> bool:
    """Whether the recipient still manages the shifts of `event`: who has left the team is told nothing of its volunteers any more (RULES 103)."""
    return Membership.objects.may(notification.recipient, Permission.MANAGE_SHIFTS, event.community_id)
