"""A person follows a community no longer."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.communities.models import Community, Follow
from meetups.notifications.choices import keep_choices
from meetups.notifications.models import Topic


def unfollow(*, person: User, community: Community, at: datetime) -> None:
    """Ends following, and the mails about new events with it. Without following there is nothing to end."""
    with transaction.atomic(durable=True):
        ended, _rows = Follow.objects.filter(person=person, community=community).delete()
        if ended:
            keep_choices(person.pk, {(Topic.ANNOUNCEMENTS, community.thread): False}, at=at)
