"""Roles at one event, beside those of the team: they end by themselves on the day after it (RULES 227)."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from meetups.communities.models import Membership
from meetups.communities.permissions import Permission, Role, roles_with

if TYPE_CHECKING:
    from meetups.events.models import Event

# So long after its end a role at an event lasts. No date is kept: it moves with the event, and a canceled event has none.
AFTERWARDS = timedelta(hours=24)


class HelperLink(models.Model):
    """A link, also as a QR code, with which people join as check-in helpers of one event. It ends with the event, or when revoked."""

    event = models.ForeignKey("events.Event", on_delete=models.CASCADE, related_name="helper_links")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["event"], condition=Q(revoked_at__isnull=True), name="one_open_helper_link_an_event"
            ),
        ]

    def is_open(self, at: datetime) -> bool:
        return self.revoked_at is None and self.event.is_open(at)


class EventRoleQuerySet(models.QuerySet["EventRole"]):
    """Queries for several roles at events."""

    def active(self) -> Self:
        """Those that no one has ended."""
        return self.filter(ended_at__isnull=True)

    def current(self, at: datetime) -> Self:
        """Those that grant rights at `at`: the event takes place, and its day after is not over."""
        return self.active().filter(event__state="published", event__ends_at__gt=at - AFTERWARDS)


def who_may_at(event: "Event", permission: Permission, *, at: datetime) -> set[int]:
    """The primary keys of those whose role in the team, or at this event, grants `permission`. Two queries."""
    team = Membership.objects.who_may(permission, event.community_id).values_list("person_id", flat=True)
    here = EventRole.objects.current(at).filter(event=event, role__in=roles_with(permission))
    return {*team, *here.values_list("person_id", flat=True)}


class EventRole(models.Model):
    """A person's role at one event: a check-in helper, or a deputy with the rights of an organizer who can't come."""

    event = models.ForeignKey("events.Event", on_delete=models.CASCADE, related_name="roles")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="event_roles")
    role = models.CharField(_("Role"), max_length=20, choices=Role)
    since = models.DateTimeField()
    # How the person came: by a link, or from an organizer.
    link = models.ForeignKey(HelperLink, null=True, on_delete=models.SET_NULL, related_name="roles")
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar = EventRoleQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["event", "person", "role"],
                condition=Q(ended_at__isnull=True),
                name="one_role_a_person_and_event",
            ),
        ]
