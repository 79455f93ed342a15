"""How many people can be asked to speak in a talk together (RULES 85, 130): it must not be a way to write to strangers."""

from datetime import datetime, timedelta

from meetups.accounts.models import User
from meetups.communities.invitation_quota import invitations_left
from meetups.speakers.models import CoSpeaker, Talk

# Within 24 hours: for one talk, and for all talks of a community.
A_DAY = 8
A_DAY_IN_ALL = 40


def questions_left(talk: Talk, *, at: datetime) -> int:
    """How many more people can be asked at `at`, for this talk and in its community."""
    of_today = CoSpeaker.objects.filter(asked_at__gt=at - timedelta(days=1))
    of_all = of_today.filter(talk__event__community=talk.event.community_id)
    return max(min(A_DAY - of_today.filter(talk=talk).count(), A_DAY_IN_ALL - of_all.count()), 0)


def questions_left_of(person: User, talk: Talk, *, at: datetime) -> int:
    """How many of them `person` can ask: each is an invitation of theirs, too."""
    return min(questions_left(talk, at=at), invitations_left(talk.event.community, person, at))
