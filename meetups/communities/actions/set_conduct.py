"""The code of conduct of a community is changed."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.communities.models import Community
from meetups.core.versions import refuse_what_has_changed, version_of
from meetups.history.models import record

CONDUCT = ("conduct", "conduct_address")


def conduct_version(community: Community) -> str:
    """The version of the code of conduct."""
    return version_of(community, CONDUCT)


def set_conduct(
    *, community: Community, conduct: str, conduct_address: str, seen: str | None = None, at: datetime, by: User
) -> None:
    """Writes the code of conduct and the address for reports. Without a text the built-in one holds (RULES 159).

    `seen` is the `conduct_version` that the form was filled from. Raises ChangedMeanwhile.
    """
    with transaction.atomic(durable=True):
        community = Community.objects.select_for_update(no_key=True).get(pk=community.pk)
        if (community.conduct, community.conduct_address) == (conduct, conduct_address):
            return
        refuse_what_has_changed(seen, conduct_version(community))
        community.conduct, community.conduct_address = conduct, conduct_address
        community.save(update_fields=CONDUCT)
        record(thread=community.thread, subject=f"community:{community.pk}", verb="set_conduct", at=at, by=by)
