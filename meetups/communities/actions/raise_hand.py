"""A person offers to help or to speak, once a community that rests goes on."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.communities.models import Community, RaisedHand
from meetups.core.errors import DomainError

A_DAY = 5


class CommunityIsAwake(DomainError):
    message = _("This community isn’t resting any longer. Write to the organizers, or propose a talk.")


class EnoughHands(DomainError):
    message = _("You’ve raised your hand in several communities today. Please go on tomorrow.")
    status = 429


def raise_hand(*, community: Community, kind: RaisedHand.Kind, about: str, at: datetime, by: User) -> RaisedHand:
    """Kept with its date until the person takes it back; raised again, it says the new words.

    No one is mailed, and history has no entry: the hand is the person's own. Raises CommunityIsAwake, EnoughHands.
    """
    with transaction.atomic(durable=True):
        User.objects.select_for_update(no_key=True).get(pk=by.pk)
        community = Community.objects.select_for_update(of=("self",), no_key=True).get(pk=community.pk)
        if not community.rests:
            raise CommunityIsAwake
        mine = RaisedHand.objects.filter(person=by)
        lately = mine.filter(raised_at__gt=at - timedelta(days=1)).exclude(community=community, kind=kind)
        if lately.count() >= A_DAY:
            raise EnoughHands
        hand, _is_new = RaisedHand.objects.update_or_create(
            community=community, person=by, kind=kind, defaults={"about": about, "raised_at": at}
        )
        return hand
