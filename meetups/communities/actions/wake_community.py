"""A community that rested goes on."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.communities.models import Community
from meetups.history.models import record


def wake_community(*, community: Community, at: datetime, by: User) -> None:
    """It can publish events again. No one is told: the next event tells them. Raised hands stay (RULES 203, 204)."""
    with transaction.atomic(durable=True):
        community = Community.objects.select_for_update(no_key=True).get(pk=community.pk)
        if not community.rests:
            return
        community.resting_since, community.resting_words = None, ""
        community.save(update_fields=["resting_since", "resting_words"])
        record(thread=community.thread, subject=f"community:{community.pk}", verb="wake_community", at=at, by=by)
