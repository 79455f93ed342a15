"""A person founds a community."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.communities.models import Community, Membership
from meetups.communities.permissions import Role
from meetups.core.errors import DomainError
from meetups.history.models import record

A_MONTH = timedelta(days=30)


class AddressTaken(DomainError):
    message = _("Another community already uses the link “%(slug)s”. Choose another one.")


class TooManyFounded(DomainError):
    message = _(
        "A person can create at most %(most)s communities within 30 days. The people who run this site can help."
    )


def found_community(
    *, name: str, slug: str, description: str, language: str, time_zone: str, at: datetime, by: User
) -> Community:
    """Founds a community with `by` as its owner. Raises AddressTaken, TooManyFounded."""
    try:
        with transaction.atomic(durable=True):
            User.objects.select_for_update(no_key=True).get(pk=by.pk)
            lately = Community.objects.filter(founded_by=by, founded_at__gt=at - A_MONTH)
            if lately.count() >= settings.COMMUNITIES_A_MONTH:
                raise TooManyFounded(most=settings.COMMUNITIES_A_MONTH)
            community = Community.objects.create(
                name=name,
                slug=slug,
                description=description,
                language=language,
                time_zone=time_zone,
                founded_at=at,
                founded_by=by,
            )
            Membership.objects.create(community=community, person=by, role=Role.OWNER, since=at)
            record(thread=community.thread, subject=f"community:{community.pk}", verb="found_community", at=at, by=by)
    except IntegrityError as error:
        if Community.objects.filter(slug=slug).exists():
            raise AddressTaken(slug=slug) from error
        raise
    return community
