"""The organizers who get messages about shifts."""

from meetups.communities.models import Membership
from meetups.communities.permissions import Permission, roles_with
from meetups.events.models import Event
from meetups.notifications.models import Notification


def manages(notification: Notification, event: Event) -> bool:
    """Whether the recipient still manages the shifts of `event`.

    A person who has left the team gets no messages about its volunteers (RULES 103).
    """
    here = event.roles.active().filter(person=notification.recipient, role__in=roles_with(Permission.MANAGE_SHIFTS))
    return Membership.objects.may(notification.recipient, Permission.MANAGE_SHIFTS, event.community_id) or here.exists()
