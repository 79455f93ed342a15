"""A person takes back what they offered."""

from django.db import transaction

from meetups.accounts.models import User
from meetups.communities.models import Community, RaisedHand


def lower_hands(*, community: Community, by: User) -> None:
    """Deletes the person's raised hands in the community."""
    with transaction.atomic(durable=True):
        RaisedHand.objects.filter(community=community, person=by).delete()
