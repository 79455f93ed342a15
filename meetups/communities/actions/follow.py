"""A person follows a community."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.communities.models import Community, Follow
from meetups.notifications.choices import keep_choices
from meetups.notifications.models import Topic


def follow(*, person: User, community: Community, at: datetime) -> None:
    """`person` follows `community`, and has agreed to mails about its new events with the words beside the button (RULES 158).

    Following again changes nothing, but asks for the mails again. History has no entry: whom a person follows is their own matter.
    """
    with transaction.atomic(durable=True):
        Follow.objects.bulk_create([Follow(person=person, community=community, since=at)], ignore_conflicts=True)
        keep_choices(person.pk, {(Topic.ANNOUNCEMENTS, community.thread): True}, at=at)
