"""An owner names who becomes the owner when no one else is."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.communities.models import Community, Membership
from meetups.communities.permissions import Role
from meetups.history.models import record
from meetups.notifications.notify import notify


def name_successor(*, community: Community, successor: Membership | None, at: datetime, by: User) -> None:
    """The successor, or none; who was named before isn't any more (RULES 247). An owner needs no naming."""
    with transaction.atomic(durable=True):
        Community.objects.select_for_update(no_key=True).get(pk=community.pk)
        team = Membership.objects.filter(community=community)
        named = team.filter(pk=successor.pk).exclude(role=Role.OWNER).first() if successor else None
        before = team.filter(successor_since__isnull=False).first()
        if named == before or (successor and named is None):
            return
        if before:
            before.successor_since = None
            before.save(update_fields=["successor_since"])
        subject = f"membership:{named.pk if named else before and before.pk}"
        verb = "name_successor" if named else "unname_successor"
        entry = record(thread=community.thread, subject=subject, verb=verb, at=at, by=by)
        if named:
            named.successor_since = at
            named.save(update_fields=["successor_since"])
            notify(
                kind="successor_named",
                recipient=named.person,
                thread=community.thread,
                subject=subject,
                cause=entry.pk,
                at=at,
            )
