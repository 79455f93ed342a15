"""The address for replies to a community's mails is changed."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.communities.models import Community
from meetups.core.versions import refuse_what_has_changed, version_of
from meetups.history.models import record


def contact_version(community: Community) -> str:
    """The version of the address for replies."""
    return version_of(community, ("contact_address",))


def set_contact_address(*, community: Community, address: str, seen: str | None = None, at: datetime, by: User) -> None:
    """Replies to the organizers' messages and answers go to `address`; empty for none.

    `seen` is the `contact_version` that the form was filled from. Raises ChangedMeanwhile.
    """
    with transaction.atomic(durable=True):
        community = Community.objects.select_for_update(no_key=True).get(pk=community.pk)
        if community.contact_address == address:
            return
        refuse_what_has_changed(seen, contact_version(community))
        community.contact_address = address
        community.save(update_fields=["contact_address"])
        record(thread=community.thread, subject=f"community:{community.pk}", verb="set_contact_address", at=at, by=by)
