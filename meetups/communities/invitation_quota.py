"""How many people who never had a part in a community a person can write to (RULES 130).

Anyone can found a community in a minute. It must not be a way to write to strangers.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q, Sum
from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.communities.models import Community, InvitationsSent
from meetups.core.errors import DomainError
from meetups.core.security_log import SecurityEvent, record_security
from meetups.core.sql_statements import Statement

FIRST_DAYS = timedelta(days=7)
A_DAY = timedelta(days=1)
# Advisory locks are pairs of numbers. The pen's are events; this one is the site as a whole.
SITE_LOCK = 5348
TAKE_SITE_LOCK = Statement("SELECT pg_advisory_xact_lock(%(kind)s::int, 0)")


class TooManyInvitationsToday(DomainError):
    message = _(
        "You can invite %(most)s people within 24 hours, in all your communities together, and %(left)s more right now. "
        "Please continue tomorrow."
    )


class TooManyInvitationsOnThisSite(TooManyInvitationsToday):
    message = _(
        "This site has reached its limit of invitations for today. Please try again in a few hours, or share a link yourself."
    )


def most_a_day(community: Community, at: datetime) -> int:
    """The invitations that one person can send for `community` within 24 hours.

    A community that was founded less than a week ago has fewer; operators can give each its own number.
    """
    if community.invitations_a_day is not None:
        return community.invitations_a_day
    is_new = at < community.founded_at + FIRST_DAYS
    most: int = settings.INVITATIONS_A_DAY_AT_FIRST if is_new else settings.INVITATIONS_A_DAY
    return most


def invitations_left(community: Community, person: User, at: datetime) -> int:
    """How many more people `person` can invite for `community` at `at`: what was sent for other communities counts."""
    return min(_left(community, person, at))


def _left(community: Community, person: User, at: datetime) -> tuple[int, int]:
    """How many are left of the number of the person, and of that of the site."""
    lately = InvitationsSent.objects.filter(at__gt=at - A_DAY)
    sent = lately.aggregate(all=Sum("number", default=0), theirs=Sum("number", default=0, filter=Q(person=person)))
    in_all: int = settings.INVITATIONS_A_DAY_IN_ALL
    return max(most_a_day(community, at) - sent["theirs"], 0), max(in_all - sent["all"], 0)


def count_invitations(community: Community, number: int, *, at: datetime, by: User) -> None:
    """Counts `number` invitations by `by`, inside the caller's transaction. Raises TooManyInvitationsToday and counts none.

    It comes last in the transaction: from here to COMMIT every other invitation of the site waits.
    """
    if not number:
        return
    # Two requests of one person at once count one after the other.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    take_site_lock()
    left, left_on_site = _left(community, by, at)
    if number > left:
        raise TooManyInvitationsToday(most=most_a_day(community, at), left=left)
    if number > left_on_site:
        record_security(SecurityEvent.LIMIT_REACHED, person=by.pk, limit="invitations_in_all")
        raise TooManyInvitationsOnThisSite
    InvitationsSent.objects.create(person=by, community=community, number=number, at=at)


def take_site_lock() -> None:
    """Waits for the lock of the site's total. A statement of its own: what counts next must see what its last holder has committed."""
    TAKE_SITE_LOCK.one(kind=SITE_LOCK)
