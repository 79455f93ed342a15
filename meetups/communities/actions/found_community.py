"""A person founds a community."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.communities.models import Community, Membership
from meetups.communities.permissions import Role
from meetups.core.errors import DomainError
from meetups.history.models import record


class AddressTaken(DomainError):
    message = _("Another community already uses the link “%(slug)s”. Choose another one.")


def found_community(
    *, name: str, slug: str, description: str, language: str, time_zone: str, at: datetime, by: User
) -> Community:
    """Founds a community with `by` as its owner. Raises AddressTaken."""
    try:
        with transaction.atomic(durable=True):
            community = Community.objects.create(
                name=name, slug=slug, description=description, language=language, time_zone=time_zone, founded_at=at
            )
            Membership.objects.create(community=community, person=by, role=Role.OWNER, since=at)
            record(thread=community.thread, subject=f"community:{community.pk}", verb="found_community", at=at, by=by)
    except IntegrityError as error:
        if Community.objects.filter(slug=slug).exists():
            raise AddressTaken(slug=slug) from error
        raise
    return community
