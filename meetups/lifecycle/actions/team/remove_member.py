"""A member leaves the team or is removed from it."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.communities.models import Membership
from meetups.communities.team_roles import end_membership
from meetups.events.rehearsals import leave_rehearsal
from meetups.lifecycle.rehearsal_people import rehearsals_ahead
from meetups.registrations.pen.seats import seats_of_each


def remove_member(*, membership: Membership, at: datetime, by: User) -> None:
    """Ends a role; that of the only owner passes to the successor (RULES 247). The person leaves the rehearsals ahead (RULES 246).

    A role that has already ended stays so. Raises LastOwner.
    """
    with seats_of_each(rehearsals_ahead(membership.community_id, at), at=at) as every:
        if entry := end_membership(membership, at=at, by=by):
            for seats in every:
                leave_rehearsal(seats.event, membership.person, cause=entry.pk, at=at)
