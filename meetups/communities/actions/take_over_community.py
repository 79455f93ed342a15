"""The successor becomes an owner beside one who is away."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.communities.models import Community, Membership
from meetups.communities.succession import make_owner
from meetups.core.errors import DomainError


class OwnerIsHere(DomainError):
    message = _("An owner was here within the last 60 days. Ask them instead.")


def take_over_community(*, community: Community, at: datetime, by: User) -> None:
    """`by` becomes an owner; those who are away stay owners, and are told (RULES 248).

    Who isn't the successor stays what they are. Raises OwnerIsHere.
    """
    with transaction.atomic(durable=True):
        community = Community.objects.select_for_update(no_key=True).get(pk=community.pk)
        team = Membership.objects.filter(community=community).select_related("person", "community")
        mine = team.successors().filter(person=by).first()
        if mine is None:
            return
        if team.owners().been_here(at).exists():
            raise OwnerIsHere
        away = [owner.person for owner in team.owners() if owner.person.is_active]
        make_owner(mine, verb="take_over_community", by=by, told=away, at=at)
