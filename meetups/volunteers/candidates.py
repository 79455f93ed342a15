"""People whom organizers can put on a shift, and people who can lead one. Reads; writes nothing.

Their numbers come from a UNION: for conditions joined by OR, PostgreSQL reads every account of the site.
"""

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from meetups.accounts.models import User
from meetups.communities.models import Membership
from meetups.events.models import Event
from meetups.registrations.models import Registration
from meetups.volunteers.models import Shift, Signup


def assignable(event: Event) -> QuerySet[User]:
    """The community's team, and everyone who has an active registration or a shift at `event`, or has asked for one. By name.

    `is_in_team` says who belongs to the team.
    """
    team = Membership.objects.filter(community_id=event.community_id)
    here = Registration.objects.active().filter(event=event, attendee__isnull=False)
    helping = Signup.objects.filter(shift__event=event, state__in=(Signup.State.SIGNED_UP, Signup.State.ASKED))
    found = team.values("person").union(here.values("attendee"), helping.values("volunteer"))
    in_team = ExpressionWrapper(Q(pk__in=team.values("person")), output_field=BooleanField())
    return User.objects.filter(pk__in=found).annotate(is_in_team=in_team).order_by("name", "pk")


def leads(event: Event, shift: Shift | None = None) -> QuerySet[User]:
    """The community's team, everyone who has signed up for a shift of `event`, and the current lead of `shift`. By name."""
    team = Membership.objects.filter(community_id=event.community_id)
    helping = Signup.objects.active().filter(shift__event=event)
    now = User.objects.filter(pk=shift.lead_id) if shift and shift.lead_id else User.objects.none()
    found = team.values("person").union(helping.values("volunteer"), now.values("pk"), all=True)
    return User.objects.filter(pk__in=found).order_by("name", "pk")
