"""Someone of the team names who takes over when they can't come."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.communities.models import Community, Membership
from meetups.history.models import record


def name_deputy(*, community: Community, deputy: User | None, at: datetime, by: User) -> None:
    """The deputy of `by` in this community, or none. One who isn't on the team, or `by` themselves, is none."""
    with transaction.atomic(durable=True):
        team = Membership.objects.filter(community=community)
        mine = team.select_for_update().get(person=by)
        there = deputy is not None and deputy != by and team.filter(person=deputy).exists()
        named = deputy if there else None
        if mine.deputy_id == (named.pk if named else None):
            return
        mine.deputy = named
        mine.save(update_fields=["deputy"])
        record(thread=community.thread, subject=f"membership:{mine.pk}", verb="name_deputy", at=at, by=by)
