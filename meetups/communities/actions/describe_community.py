"""The profile of a community is changed."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.communities.models import Community
from meetups.core.versions import refuse_what_has_changed, version_of
from meetups.history.models import record

PROFILE = ("name", "motto", "description", "chosen_hue", "chosen_letter", "chosen_pattern", "language", "time_zone")


def profile_version(community: Community) -> str:
    """The version of the profile."""
    return version_of(community, PROFILE)


def describe_community(
    *,
    community: Community,
    name: str,
    motto: str = "",
    description: str,
    chosen_hue: str = "",
    chosen_letter: str = "",
    chosen_pattern: str = "",
    language: str,
    time_zone: str,
    seen: str | None = None,
    at: datetime,
    by: User,
) -> Community:
    """Writes the profile. A hue, letter or pattern that is not chosen comes from slug and name (RULES 141). Language and time zone are the defaults of new events. Existing events keep theirs.

    `seen` is the `profile_version` that the form was filled from. Raises ChangedMeanwhile.
    """
    with transaction.atomic(durable=True):
        community = Community.objects.select_for_update(no_key=True).get(pk=community.pk)
        said = {
            "name": name,
            "motto": motto,
            "description": description,
            "chosen_hue": chosen_hue,
            "chosen_letter": chosen_letter,
            "chosen_pattern": chosen_pattern,
            "language": language,
            "time_zone": time_zone,
        }
        changed = [field for field, value in said.items() if getattr(community, field) != value]
        if changed:
            refuse_what_has_changed(seen, profile_version(community))
            for field in changed:
                setattr(community, field, said[field])
            community.save(update_fields=changed)
            record(
                thread=community.thread,
                subject=f"community:{community.pk}",
                verb="describe_community",
                at=at,
                by=by,
                changed=changed,
            )
        return community
