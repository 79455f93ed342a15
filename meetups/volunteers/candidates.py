"""People whom organizers can put on a shift, and people who can lead one. Reads; writes nothing."""

from django.db.models import Q, QuerySet

from meetups.accounts.models import User
from meetups.communities.models import Membership
from meetups.events.models import Event
from meetups.registrations.models import Registration
from meetups.volunteers.models import Shift, Signup


def assignable(event: Event) -> QuerySet[User]:
    """The community's team, and everyone who has an active registration or a shift at `event`, or has asked for one. By name."""
    team = Membership.objects.filter(community_id=event.community_id)
    here = Registration.objects.active().filter(event=event, attendee__isnull=False)
    helping = Signup.objects.filter(shift__event=event, state__in=(Signup.State.SIGNED_UP, Signup.State.ASKED))
    found = User.objects.filter(
        Q(pk__in=team.values("person")) | Q(pk__in=here.values("attendee")) | Q(pk__in=helping.values("volunteer"))
    )
    return found.order_by("name", "pk")


def leads(event: Event, shift: Shift | None = None) -> QuerySet[User]:
    """The community's team, everyone who has signed up for a shift of `event`, and the current lead of `shift`. By name."""
    team = Membership.objects.filter(community_id=event.community_id)
    helping = Signup.objects.active().filter(shift__event=event)
    found = Q(pk__in=team.values("person")) | Q(pk__in=helping.values("volunteer"))
    if shift and shift.lead_id:
        found |= Q(pk=shift.lead_id)
    return User.objects.filter(found).order_by("name", "pk")
