"""A community takes a rest."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.communities.models import Community
from meetups.history.models import record


def rest_community(*, community: Community, words: str, at: datetime, by: User) -> None:
    """From now on it publishes nothing and its followers hear nothing; its page says so in one sentence (RULES 203).

    A community that rests already keeps its date and gets the new sentence.
    """
    with transaction.atomic(durable=True):
        community = Community.objects.select_for_update(no_key=True).get(pk=community.pk)
        if community.rests and community.resting_words == words:
            return
        community.resting_since = community.resting_since or at
        community.resting_words = words
        community.save(update_fields=["resting_since", "resting_words"])
        record(thread=community.thread, subject=f"community:{community.pk}", verb="rest_community", at=at, by=by)
