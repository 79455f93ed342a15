"""The successor of a community doesn't want to be it."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.communities.models import Community, Membership
from meetups.history.models import record
from meetups.notifications.notify import notify


def decline_succession(*, community: Community, at: datetime, by: User) -> None:
    """`by` is not the successor any more, and its owners are told (RULES 247). Who isn't named stays so."""
    with transaction.atomic(durable=True):
        community = Community.objects.select_for_update(no_key=True).get(pk=community.pk)
        team = Membership.objects.filter(community=community)
        mine = team.filter(person=by, successor_since__isnull=False).first()
        if mine is None:
            return
        mine.successor_since = None
        mine.save(update_fields=["successor_since"])
        subject = f"membership:{mine.pk}"
        entry = record(thread=community.thread, subject=subject, verb="decline_succession", at=at, by=by)
        for owner in team.owners().select_related("person"):
            notify(
                kind="succession_declined",
                recipient=owner.person,
                thread=community.thread,
                subject=subject,
                cause=entry.pk,
                at=at,
            )
