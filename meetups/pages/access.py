"""The only way in which pages get hold of an event: as the one who asks may see it, or not at all."""

from datetime import datetime

from django.db.models import Q
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from meetups.accounts.models import User
from meetups.communities.permissions import Permission
from meetups.events.models import Event, EventQuerySet
from meetups.volunteers.models import Shift


class SignedIn(HttpRequest):
    """A request of somebody who is signed in: `login_required` lets no other through."""

    user: User


def visible_events(request: HttpRequest) -> EventQuerySet:
    """What the reader may open by its address; whoever sees the desk of a draft sees its page, too."""
    seen: EventQuerySet = Event.objects.visible_to(request.user) | Event.objects.manageable_by(
        request.user, Permission.SEE_DESK
    )
    return seen.select_related("community")


def listed_events(request: HttpRequest) -> EventQuerySet:
    """What lists show to the reader: unlisted events are for who has the link, members' events for members."""
    shown: EventQuerySet = Event.objects.visible_to(request.user).exclude(visibility=Event.Visibility.UNLISTED)
    return shown.select_related("community")


def event_or_404(request: HttpRequest, public_id: str) -> Event:
    """The event with its community, for reading. Raises Http404."""
    return get_object_or_404(visible_events(request), public_id=public_id)


def shift_or_404(event: Event, pk: int) -> Shift:
    """A shift of `event` with its slot. Raises Http404."""
    return get_object_or_404(Shift.objects.select_related("slot", "event"), event=event, pk=pk)


def open_shifts(event: Event, at: datetime) -> Q:
    """The condition for shifts of `event` that can be taken at `at`, full ones included."""
    return Q(event=event, cancelled_at__isnull=True, starts_at__gt=at)
