"""Where a helper goes on the evening: the check-in of the event at which they help."""

from datetime import datetime

from django.db.models import Q

from meetups.accounts.models import User
from meetups.communities.permissions import Role
from meetups.events.event_roles import AFTERWARDS, EventRole
from meetups.events.models import Event


def doors_of(person: User, *, at: datetime) -> list[Event]:
    """The events at which `person` helps with check-in, soonest first; one that was canceled until it would be over. One query."""
    here = Q(event__state=Event.State.PUBLISHED, event__ends_at__gt=at - AFTERWARDS)
    canceled = Q(event__state=Event.State.CANCELLED, event__ends_at__gt=at)
    mine = EventRole.objects.active().filter(here | canceled, person=person, role=Role.HELPER).select_related("event")
    return [one.event for one in mine.order_by("event__starts_at", "pk")]
