"""Who may see an event, and the names of those who come. Every page, file and mail asks here (RULES 156, 157)."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from meetups.accounts.models import User
from meetups.communities.models import Follow, Membership
from meetups.communities.permissions import Permission
from meetups.events.models import Event, EventQuerySet
from meetups.notifications.models import Preference, Topic
from meetups.registrations.models import Registration
from meetups.speakers.models import Talk
from meetups.volunteers.models import Signup


def seen_by(person: User | AnonymousUser, *, desk_at: datetime | None = None) -> EventQuerySet:
    """The events that `person` may see: `visible_to`, and those in which they have a part, such as a guest speaker.

    With `desk_at` the person has shown their second factor: then drafts of their own dashboard are among them (RULES 128).
    """
    seen: EventQuerySet = Event.objects.visible_to(person)
    if not person.is_authenticated:
        return seen
    parts = Event.objects.exclude(state=Event.State.DRAFT).filter(
        Q(pk__in=Registration.objects.active().filter(attendee=person).values("event"))
        | Q(pk__in=Talk.objects.alive().held_by(person).values("event"))
        | Q(pk__in=Signup.objects.active().filter(volunteer=person).values("shift__event"))
    )
    desk = Event.objects.manageable_by(person, Permission.SEE_DESK, at=desk_at) if desk_at else Event.objects.none()
    return seen | desk | parts


def those_who_see(event: Event, people: Iterable[int]) -> set[int]:
    """Those of `people` who find the event by its address without a part in it: `visible_to`, for many. At most two queries."""
    found = set(people)
    if event.state == Event.State.DRAFT or not found:
        return set()
    if event.is_open_to_all:
        return found
    inside = set(
        Membership.objects.filter(community=event.community_id, person__in=found).values_list("person", flat=True)
    )
    if event.visibility == Event.Visibility.FOLLOWERS:
        inside |= set(
            Follow.objects.filter(community=event.community_id, person__in=found).values_list("person", flat=True)
        )
    return inside


def may_see_names(event: Event, *, has_part: bool, sees_desk: bool) -> bool:
    """Whether a reader who may see `event` also sees the names of those who come. People who hide theirs are never among them."""
    if event.attendee_list == Event.AttendeeList.ORGANIZERS:
        return sees_desk
    return has_part or sees_desk or event.attendee_list == Event.AttendeeList.EVERYONE


def asked_for_news(event: Event) -> "QuerySet[Preference]":
    """The choices of those who asked for the community's new events, and may find this one in lists (RULES 158). None for an event that no list shows to people outside the team."""
    if event.visibility not in (Event.Visibility.PUBLIC, Event.Visibility.FOLLOWERS):
        return Preference.objects.none()
    asked = Preference.objects.filter(topic=Topic.ANNOUNCEMENTS, thread=event.community.thread, wanted=True)
    if event.visibility == Event.Visibility.FOLLOWERS:
        asked = asked.filter(person__in=Follow.objects.filter(community=event.community_id).values("person"))
    return asked
