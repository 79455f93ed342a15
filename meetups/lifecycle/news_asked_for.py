"""Who asked for the new events of a community, and may find this one in lists (RULES 158)."""

from django.db.models import QuerySet

from meetups.communities.models import Follow
from meetups.events.models import Event
from meetups.notifications.models import Preference, Topic


def asked_for_news(event: Event) -> "QuerySet[Preference]":
    """Their choices, one a person. None for an event that no list shows to people outside the team."""
    if event.visibility not in (Event.Visibility.PUBLIC, Event.Visibility.FOLLOWERS):
        return Preference.objects.none()
    asked = Preference.objects.filter(topic=Topic.ANNOUNCEMENTS, thread=event.community.thread, wanted=True)
    if event.visibility == Event.Visibility.FOLLOWERS:
        asked = asked.filter(person__in=Follow.objects.filter(community=event.community_id).values("person"))
    return asked
